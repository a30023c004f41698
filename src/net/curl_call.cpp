#include "net/curl_call.h"

#include <fmt/format.h>

#include <cctype>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "net/limits.h"

namespace syrah::net {

CurlCall::CurlCall(grenache::HttpCall asked) : asked_(std::move(asked)), handle_(curl_easy_init()) {
  SYRAH_CHECK(handle_ != nullptr, "out of memory");
  set_headers();
  set_options();
}

CurlCall& CurlCall::of(CURL* handle) {
  char* user = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &user);
  return *reinterpret_cast<CurlCall*>(user);
}

void CurlCall::set_headers() {
  // Without "Expect" libcurl would ask before it sends a long body, and wait for a second.
  for (const char* line : {"Content-Type: application/json", "Expect:"}) {
    curl_slist* const longer = curl_slist_append(headers_.get(), line);
    SYRAH_CHECK(longer != nullptr, "out of memory");
    static_cast<void>(headers_.release());
    headers_.reset(longer);
  }
}

void CurlCall::set_options() {
  CURL* const curl = handle_.get();
  const std::string url = "http://" + asked_.to.text() + asked_.path;
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_text_.data());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // none from the environment either
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  // Else a call that ends during a name lookup would block the loop until the lookup ends.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, kHttpIdleSecondsMax);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, asked_.body.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(asked_.body.size()));
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &CurlCall::take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &CurlCall::take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
}

std::size_t CurlCall::take_header(char* /*bytes*/, std::size_t size, std::size_t count,
                                  void* user) {
  CurlCall& call = *static_cast<CurlCall*>(user);
  call.header_bytes_ += size * count;
  if (call.header_bytes_ > kHttpReplyHeaderBytesMax) {
    call.refused_ =
        fmt::format("the headers of the answer are longer than {} bytes", kHttpReplyHeaderBytesMax);
    return 0;
  }
  return size * count;
}

std::size_t CurlCall::take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  CurlCall& call = *static_cast<CurlCall*>(user);
  if (size * count > kHttpReplyBytesMax - call.body_.size()) {
    call.refused_ = fmt::format("the answer is longer than {} bytes", kHttpReplyBytesMax);
    return 0;
  }
  call.body_.append(bytes, size * count);
  return size * count;
}

grenache::HttpAnswer CurlCall::answer(CURLcode code) {
  grenache::HttpAnswer answer;
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    answer.body = std::move(body_);
  } else {
    answer.error = refused_.empty() ? reason(code) : refused_;
  }
  return answer;
}

std::string CurlCall::reason(CURLcode code) const {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return connect_reason();
    case CURLE_COULDNT_RESOLVE_HOST:
      return "the host name is not known";
    case CURLE_GOT_NOTHING:
      return "the connection was closed without an answer";
    case CURLE_PARTIAL_FILE:
      return "the connection was closed in the middle of the answer";
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return "the answer is not HTTP";
    case CURLE_URL_MALFORMAT:
      return "this is not a host, a port and a path";
    default:
      return error_text_[0] != '\0' ? error_text_.data() : curl_easy_strerror(code);
  }
}

/// "connection refused", "no route to host"
std::string CurlCall::connect_reason() const {
  long code = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &code);
  if (code == 0) {
    return "cannot connect";
  }
  std::string text = std::generic_category().message(static_cast<int>(code));
  text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

}  // namespace syrah::net
