#pragma once

namespace syrah::base {

/// One callable of several, for std::visit.
template <class... Calls>
struct Overloaded : Calls... {
  using Calls::operator()...;
};
template <class... Calls>
Overloaded(Calls...) -> Overloaded<Calls...>;

}  // namespace syrah::base
