#include "net/http_caller.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>

#include "base/check.h"
#include "net/curl_handles.h"
#include "net/limits.h"

namespace syrah::net {
namespace {

/// The largest answer of a node is a book of 5000 orders a side, about 1 MiB.
constexpr std::size_t kReplyBytesMax = 64 * 1024 * 1024;

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

class HttpCalls::Engine {
 private:
  /// One handle of libcurl, used for one call after the other, and what it works on.
  class Line {
   public:
    Line() : curl_(curl_easy_init()) {
      SYRAH_CHECK(curl_ != nullptr, "libcurl does not start");
      CURL* const handle = curl_.get();
      curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
      curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
      curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
      curl_easy_setopt(handle, CURLOPT_TCP_NODELAY, 1L);
      curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, kHttpIdleSecondsMax);
      curl_easy_setopt(handle, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
      curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason_.data());
      curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Line::take_body);
      curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
      curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Line::take_header);
      curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
    }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    void prepare(std::uint64_t number, const HttpCall& call) {
      number_ = number;
      url_ = call.url;
      body_ = call.body;
      headers_ = header_list(call);
      reply_ = {};
      reason_[0] = '\0';
      CURL* const handle = curl_.get();
      curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
      curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_.get());
      curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeout_ms));
      if (call.body.empty() && call.method != "POST") {
        curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
      } else {
        curl_easy_setopt(handle, CURLOPT_POST, 1L);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body_.c_str());
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(body_.size()));
      }
      method_ = call.method;
      curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method_.c_str());
    }

    HttpOutcome outcome(CURLcode code) {
      if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
        return base::invalid(url_ + " is not a URL that begins with http:// or https://");
      }
      if (code != CURLE_OK) {
        return base::Error{base::ErrorCode::kUnavailable,
                           reason_[0] != '\0' ? reason_.data() : curl_easy_strerror(code)};
      }
      long status = 0;
      curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
      reply_.status = static_cast<int>(status);
      return std::move(reply_);
    }

    [[nodiscard]] std::int64_t took_us() const {
      curl_off_t us = 0;
      curl_easy_getinfo(curl_.get(), CURLINFO_TOTAL_TIME_T, &us);
      return us;
    }
    [[nodiscard]] CURL* handle() const { return curl_.get(); }
    [[nodiscard]] std::uint64_t number() const { return number_; }

   private:
    static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
      std::string& body = static_cast<Line*>(user)->reply_.body;
      if (body.size() + size * count > kReplyBytesMax) return 0;
      body.append(bytes, size * count);
      return size * count;
    }

    static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* user) {
      const std::string_view line(bytes, size * count);
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) return line.size();
      std::string name(line.substr(0, colon));
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      std::string_view value = line.substr(colon + 1);
      const std::size_t first = std::min(value.find_first_not_of(" \t"), value.size());
      value.remove_prefix(first);
      value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
      static_cast<Line*>(user)->reply_.headers.emplace_back(std::move(name), value);
      return line.size();
    }

    std::uint64_t number_ = 0;
    std::string url_;
    std::string method_;
    std::string body_;
    HeaderList headers_;
    HttpReply reply_;
    std::array<char, CURL_ERROR_SIZE> reason_{};
    EasyHandle curl_;  // uses all of the above
  };

 public:
  Engine() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    SYRAH_CHECK(ready == CURLE_OK, "libcurl does not start");
    multi_.reset(curl_multi_init());
    SYRAH_CHECK(multi_ != nullptr, "libcurl does not start");
  }
  ~Engine() {
    for (const auto& [handle, line] : busy_) curl_multi_remove_handle(multi_.get(), handle);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void start(std::uint64_t number, const HttpCall& call) {
    std::unique_ptr<Line> line;
    if (free_.empty()) {
      line = std::make_unique<Line>();
    } else {
      line = std::move(free_.back());
      free_.pop_back();
    }
    line->prepare(number, call);
    CURL* const handle = line->handle();
    SYRAH_CHECK(curl_multi_add_handle(multi_.get(), handle) == CURLM_OK, "out of memory");
    busy_.emplace(handle, std::move(line));
    // Else libcurl, which keeps four connections for each handle, would close some in between.
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS,
                      static_cast<long>(busy_.size() + free_.size() + 1));
  }

  std::vector<Answered> wait(std::int64_t timeout_ms, std::span<const int> wake) {
    std::vector<Answered> done = go_on();
    if (!done.empty()) return done;
    std::vector<curl_waitfd> extra;
    for (const int descriptor : wake) extra.push_back({descriptor, CURL_WAIT_POLLIN, 0});
    curl_multi_poll(multi_.get(), extra.data(), static_cast<unsigned>(extra.size()),
                    static_cast<int>(timeout_ms), nullptr);
    return go_on();
  }

  [[nodiscard]] std::size_t under_way() const { return busy_.size(); }

 private:
  std::vector<Answered> go_on() {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    std::vector<Answered> done;
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const auto found = busy_.find(message->easy_handle);
      const CURLcode code = message->data.result;
      curl_multi_remove_handle(multi_.get(), found->first);
      std::unique_ptr<Line> line = std::move(found->second);
      busy_.erase(found);
      done.push_back({line->number(), line->outcome(code), line->took_us()});
      free_.push_back(std::move(line));
    }
    return done;
  }

  MultiHandle multi_;
  std::map<CURL*, std::unique_ptr<Line>> busy_;
  std::vector<std::unique_ptr<Line>> free_;
};

HttpCalls::HttpCalls() : engine_(std::make_unique<Engine>()) {}
HttpCalls::~HttpCalls() = default;

void HttpCalls::start(std::uint64_t number, const HttpCall& call) { engine_->start(number, call); }

std::vector<HttpCalls::Answered> HttpCalls::wait(std::int64_t timeout_ms,
                                                 std::span<const int> wake) {
  return engine_->wait(timeout_ms, wake);
}

std::size_t HttpCalls::under_way() const { return engine_->under_way(); }

HttpOutcome HttpCalls::call(const HttpCall& call) {
  constexpr std::int64_t kStepMs = 1000;  // the call's own time limit ends it
  start(0, call);
  while (true) {
    std::vector<Answered> done = wait(kStepMs);
    if (!done.empty()) return std::move(done.front().outcome);
  }
}

std::string HttpReply::header(std::string_view name) const {
  for (const auto& [header_name, value] : headers) {
    if (header_name == name) return value;
  }
  return "";
}

std::optional<std::int64_t> http_date_seconds(const std::string& text) {
  const time_t seconds = curl_getdate(text.c_str(), nullptr);
  return seconds < 0 ? std::nullopt : std::optional<std::int64_t>(seconds);
}

HttpOutcome call_and_wait(const HttpCall& call) { return HttpCalls().call(call); }

}  // namespace syrah::net
