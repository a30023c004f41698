#pragma once

// One HTTP POST as libcurl makes it: what is asked of libcurl, and what became of it.

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "grenache/io.h"

namespace syrah::net {

class CurlCall {
 public:
  /// libcurl must have been started. It keeps a pointer to this object.
  explicit CurlCall(grenache::HttpCall asked);
  CurlCall(const CurlCall&) = delete;
  CurlCall& operator=(const CurlCall&) = delete;

  [[nodiscard]] const grenache::HttpCall& asked() const { return asked_; }
  [[nodiscard]] CURL* handle() const { return handle_.get(); }
  /// The call of a handle.
  static CurlCall& of(CURL* handle);

  /// Once libcurl is through with it. Takes the body away.
  grenache::HttpAnswer answer(CURLcode code);

 private:
  struct HandleCleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct ListCleanup {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void set_headers();
  void set_options();
  static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* user);
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user);
  [[nodiscard]] std::string reason(CURLcode code) const;
  [[nodiscard]] std::string connect_reason() const;

  grenache::HttpCall asked_;
  std::unique_ptr<curl_slist, ListCleanup> headers_;
  std::string body_;  ///< of the answer
  std::size_t header_bytes_ = 0;
  std::string refused_;                             ///< why its answer was not taken any further
  std::array<char, CURL_ERROR_SIZE> error_text_{};  ///< libcurl's own words
  std::unique_ptr<CURL, HandleCleanup> handle_;     ///< uses all of the above
};

}  // namespace syrah::net
