#include "net/blocking_http.h"

#include <curl/curl.h>

#include <memory>

namespace syrah::net {
namespace {

/// The largest answer of a node is a page of 1000 orders, under 1 MiB.
constexpr std::size_t kReplyBytesMax = 64 * 1024 * 1024;

struct EasyCleanup {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListCleanup>;

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  std::string& body = *static_cast<std::string*>(user);
  if (body.size() + size * count > kReplyBytesMax) return 0;
  body.append(bytes, size * count);
  return size * count;
}

void append(HeaderList& list, const std::string& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  SYRAH_CHECK(longer != nullptr, "out of memory");
  static_cast<void>(list.release());
  list.reset(longer);
}

HeaderList header_list(const HttpCall& call) {
  HeaderList list;
  append(list, "Expect:");  // no pause of a second before a body
  append(list, call.body.empty() ? "Content-Type:" : "Content-Type: application/json");
  for (const auto& [name, value] : call.headers) append(list, name + ": " + value);
  return list;
}

}  // namespace

base::Result<HttpReply> call_and_wait(const HttpCall& call) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  SYRAH_CHECK(ready == CURLE_OK, "libcurl does not start");
  const std::unique_ptr<CURL, EasyCleanup> curl(curl_easy_init());
  SYRAH_CHECK(curl != nullptr, "libcurl does not start");
  const HeaderList headers = header_list(call);
  HttpReply reply;
  char reason[CURL_ERROR_SIZE] = "";
  CURL* const handle = curl.get();
  curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout_ms));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &reply.body);
  if (!call.body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(call.body.size()));
  } else if (call.method == "POST") {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, "");
  }

  const CURLcode code = curl_easy_perform(handle);
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    return base::invalid(call.url + " is not a URL that begins with http:// or https://");
  }
  if (code != CURLE_OK) {
    return base::Error{base::ErrorCode::kUnavailable,
                       reason[0] != '\0' ? reason : curl_easy_strerror(code)};
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  return reply;
}

}  // namespace syrah::net
