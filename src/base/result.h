#pragma once

// Expected failure as a value: `Result<T>` holds a T or an `Error`.

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace syrah::base {

/// What kind of failure this is; callers decide by it, people read the message.
enum class ErrorCode {
  kInvalid,       ///< the input is wrong: a bad value, a bad format
  kNotFound,      ///< the thing named does not exist
  kRefused,       ///< understood, and not done: a rule forbids it
  kLimit,         ///< a bound was reached
  kUnauthorized,  ///< no proof, or a wrong one, of who asks
  kForbidden,     ///< it is clear who asks, and he may not
  kUnavailable,   ///< cannot be done now, may be later
  kDamaged,       ///< stored or received bytes contradict their own checks
  kIo,            ///< the operating system said no
};

struct Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;  ///< one sentence: what was wrong and what is allowed
};

inline Error invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

struct Nothing {};

/// A value or an error. Asking for the wrong one is a programmer error and stops the program.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit
  explicit Result(std::in_place_t) : content_(std::in_place_index<0>) {}   ///< T's default, there
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    SYRAH_CHECK(ok(), error_text());
    return std::get<0>(content_);
  }
  const T& value() const& {
    SYRAH_CHECK(ok(), error_text());
    return std::get<0>(content_);
  }
  T&& value() && {
    SYRAH_CHECK(ok(), error_text());
    return std::get<0>(std::move(content_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const {
    SYRAH_CHECK(!ok(), "asked a success for its error");
    return std::get<1>(content_);
  }

 private:
  [[nodiscard]] const char* error_text() const {
    return ok() ? "" : std::get<1>(content_).message.c_str();
  }

  std::variant<T, Error> content_;
};

using Status = Result<Nothing>;

inline Status success() { return Nothing{}; }

}  // namespace syrah::base
