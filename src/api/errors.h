#pragma once

// What went wrong, as an answer: {"message": "one sentence"} with the status that fits.

#include <string>
#include <string_view>

#include "api/http.h"
#include "base/result.h"

namespace syrah::api {

int status_of(base::ErrorCode code);

HttpResponse error_response(int status, std::string_view message);
HttpResponse error_response(const base::Error& error);

base::Error not_found(std::string message);

/// Text of a client, cut to a length that fits into a message.
std::string quoted(std::string_view text);

}  // namespace syrah::api
