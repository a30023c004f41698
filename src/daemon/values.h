#pragma once

// Reads single values out of the environment. A parser takes the text and gives the value, or an
// error whose message says what is allowed.

#include <charconv>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "daemon/environment.h"

namespace syrah::daemon {

class Values {
 public:
  /// Both must outlive this.
  Values(const Environment& environment, std::vector<std::string>& errors)
      : environment_(environment), errors_(errors) {}

  /// Leaves `field` as it is where the variable is not set or bad.
  template <class Field, class Parser>
  void read(std::string_view name, Field& field, Parser parse) {
    const std::string text = text_of(name);
    if (text.empty()) {
      return;
    }
    auto value = parse(text);
    if (value) {
      field = std::move(value).value();
    } else {
      refuse(name, value.error().message);
    }
  }

  /// The same for comma-separated values, spaces around them allowed. All of them must be good.
  template <class Item, class Parser>
  void read_list(std::string_view name, std::vector<Item>& field, Parser parse) {
    const std::string text = text_of(name);
    std::vector<Item> items;
    for (const std::string& part : split(text)) {
      auto value = parse(part);
      if (!value) {
        refuse(name, value.error().message);
        return;
      }
      items.push_back(std::move(value).value());
    }
    if (!items.empty()) {
      field = std::move(items);
    }
  }

  /// Says that the variable's value is bad and what is allowed.
  void refuse(std::string_view name, const std::string& allowed);

  /// The names that were asked for.
  [[nodiscard]] const std::set<std::string_view>& known() const { return known_; }

 private:
  std::string text_of(std::string_view name);
  static std::vector<std::string> split(const std::string& text);

  const Environment& environment_;
  std::vector<std::string>& errors_;
  std::set<std::string_view> known_;
};

base::Result<bool> parse_bool(std::string_view text);
base::Result<std::uint16_t> parse_port(std::string_view text);
base::Result<std::string> parse_path(std::string_view text);

/// Parser of whole numbers in [low, high].
template <class Number>
auto number_between(Number low, Number high) {
  return [low, high](std::string_view text) -> base::Result<Number> {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high) {
      return base::invalid("a whole number from " + std::to_string(low) + " to " +
                           std::to_string(high));
    }
    return value;
  };
}

/// Parser of one of several words.
template <class Choice>
auto one_of(std::vector<std::pair<std::string_view, Choice>> choices) {
  return [choices = std::move(choices)](std::string_view text) -> base::Result<Choice> {
    std::string allowed;
    for (const auto& [word, choice] : choices) {
      if (word == text) {
        return choice;
      }
      allowed += (allowed.empty() ? "" : ", ") + std::string(word);
    }
    return base::invalid("one of " + allowed);
  };
}

}  // namespace syrah::daemon
