#pragma once

#include <string>

#include "json/writer.h"

namespace syrah::cli {

/// What is asked with PUT /orders/ID: price, quantity and stop of the terms. What is empty stays as
/// it is.
template <class Terms>
std::string replacement_body(const Terms& terms) {
  std::string body;
  json::Writer out(body);
  out.begin_object();
  if (!terms.price.empty()) out.string("price", terms.price);
  if (!terms.quantity.empty()) out.string("size", terms.quantity);
  if (!terms.stop.empty()) out.string("stop_price", terms.stop);
  out.end_object();
  return body;
}

}  // namespace syrah::cli
