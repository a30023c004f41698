#include "base/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "base/check.h"

namespace syrah::base {
namespace {

constexpr std::int64_t kCountMax = (std::int64_t{1} << 62U) - 1;

/// The largest scale that 20 digits can have. 10^19 * 2^63 still fits into 127 bits.
constexpr int kScaleMax = static_cast<int>(kDecimalDigitsMax) - 1;

/// The largest power of ten in 64 bits has this many zeros.
constexpr int kSmallPowerMax = 18;

constexpr auto kSmallPowers = [] {
  std::array<std::int64_t, kSmallPowerMax + 1> powers{};
  powers[0] = 1;
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

Int128 power_of_ten(int exponent) {
  Int128 power = kSmallPowers[static_cast<std::size_t>(std::min(exponent, kSmallPowerMax))];
  for (int i = kSmallPowerMax; i < exponent; ++i) power *= 10;
  return power;
}

/// value / step in whole numbers of at most 64 bits; nothing where that does not do.
std::optional<std::int64_t> small_quotient(Decimal value, Decimal step) {
  const int shift = step.scale - value.scale;
  if (shift > kSmallPowerMax || shift < -kSmallPowerMax) return std::nullopt;
  std::int64_t whole = value.units;
  std::int64_t part = step.units;
  std::int64_t& smaller = shift >= 0 ? whole : part;
  const std::int64_t power = kSmallPowers[static_cast<std::size_t>(shift >= 0 ? shift : -shift)];
  if (__builtin_mul_overflow(smaller, power, &smaller)) return std::nullopt;
  if (whole % part != 0 || whole / part > kCountMax) return std::nullopt;
  return whole / part;
}

/// Puts the point before the last `decimals` of the digits.
std::string with_point(std::string digits, std::size_t decimals) {
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  return digits;
}

std::uint64_t magnitude(std::int64_t count) {
  return count < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(count)
                   : static_cast<std::uint64_t>(count);
}

/// Digits that fit into 127 bits whatever they are.
constexpr std::size_t kWideDigitsMax = 38;

/// Digits with at most one point between digits.
struct Digits {
  Int128 units = 0;
  std::size_t scale = 0;
};

/// Nothing if there is anything but digits and the point. All of them fit into Integer.
template <class Integer>
std::optional<Digits> digits_of(std::string_view text, std::size_t point, std::size_t scale) {
  Integer units = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    units = units * 10 + (text[i] - '0');
  }
  while (scale > 0 && units % 10 == 0) {
    units /= 10;
    --scale;
  }
  return Digits{units, scale};
}

Result<Digits> read_digits(std::string_view text, std::size_t digits_max) {
  const std::size_t point = text.find('.');
  const bool has_point = point != std::string_view::npos;
  const std::size_t digit_count = text.size() - (has_point ? 1 : 0);
  if (digit_count == 0 || digit_count > digits_max) {
    return invalid("decimal: must have 1 to " + std::to_string(digits_max) + " digits");
  }
  if (point == 0 || point == text.size() - 1) {
    return invalid("decimal: the point must stand between digits");
  }
  const std::size_t scale = has_point ? text.size() - point - 1 : 0;
  // Nearly all of them fit into 64 bits, where dividing is many times faster.
  const std::optional<Digits> digits = digit_count <= kSmallPowerMax
                                           ? digits_of<std::int64_t>(text, point, scale)
                                           : digits_of<Int128>(text, point, scale);
  if (!digits) return invalid("decimal: only digits and one point are allowed");
  return *digits;
}

/// An unsigned integer of 256 bits, as wide as the product of four numbers of 64 bits.
class Wide {
 public:
  Wide(Uint128 a, Uint128 b) {
    for (std::size_t i = 0; i < kHalf; ++i) {
      std::uint64_t carry = 0;
      for (std::size_t j = 0; j < kHalf; ++j) {
        carry += limbs_[i + j] + limb(a, i) * limb(b, j);
        limbs_[i + j] = carry & kLimbMask;
        carry >>= kLimbBits;
      }
      limbs_[i + kHalf] = carry;
    }
  }

  [[nodiscard]] std::string digits() {
    std::string reversed;
    do {
      reversed.push_back(static_cast<char>('0' + divide_by_ten()));
    } while (std::any_of(limbs_.begin(), limbs_.end(), [](auto part) { return part != 0; }));
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
  }

 private:
  static constexpr std::size_t kHalf = 4;
  static constexpr unsigned kLimbBits = 32;
  static constexpr std::uint64_t kLimbMask = 0xFFFFFFFFU;

  static std::uint64_t limb(Uint128 number, std::size_t index) {
    return static_cast<std::uint64_t>(number >> (kLimbBits * index)) & kLimbMask;
  }

  std::uint64_t divide_by_ten() {
    std::uint64_t remainder = 0;
    for (std::size_t i = limbs_.size(); i-- > 0;) {
      const std::uint64_t part = (remainder << kLimbBits) | limbs_[i];
      limbs_[i] = part / 10;
      remainder = part % 10;
    }
    return remainder;
  }

  std::array<std::uint64_t, 2 * kHalf> limbs_{};  ///< lowest first, 32 bits used in each
};

std::string signed_product(bool negative, Uint128 a, Uint128 b, std::size_t decimals) {
  const std::string text = with_point(Wide(a, b).digits(), decimals);
  return negative && a != 0 && b != 0 ? "-" + text : text;
}

}  // namespace

Result<Decimal> parse_decimal(std::string_view text) {
  const Result<Digits> digits = read_digits(text, kDecimalDigitsMax);
  if (!digits) return digits.error();
  if (digits->units > std::numeric_limits<std::int64_t>::max()) {
    return invalid("decimal: too many digits, the value must fit into 64 bits");
  }
  return Decimal{static_cast<std::int64_t>(digits->units),
                 static_cast<std::uint8_t>(digits->scale)};
}

std::string to_text(Decimal value) {
  SYRAH_CHECK(value.units >= 0, "a Decimal is never negative");
  while (value.scale > 0 && value.units % 10 == 0) {
    value.units /= 10;
    --value.scale;
  }
  return with_point(std::to_string(value.units), value.scale);
}

Result<std::int64_t> to_steps(std::string_view text, Decimal step) {
  SYRAH_CHECK(step.units > 0 && step.scale <= kScaleMax, "the step is not one that was parsed");
  const Result<Decimal> parsed = parse_decimal(text);
  if (!parsed) return parsed.error();
  if (const std::optional<std::int64_t> count = small_quotient(*parsed, step)) return *count;

  const int shift = step.scale - parsed->scale;
  Int128 whole = parsed->units;
  Int128 part = step.units;
  if (shift >= 0) {
    whole *= power_of_ten(shift);
  } else {
    part *= power_of_ten(-shift);
  }
  if (whole % part != 0) {
    return invalid("decimal: " + to_text(*parsed) + " is not a multiple of " + to_text(step));
  }
  const Int128 count = whole / part;
  if (count > kCountMax) {
    return invalid("decimal: " + to_text(*parsed) + " is too large for steps of " + to_text(step));
  }
  return static_cast<std::int64_t>(count);
}

StepsText steps_to_inline_text(std::int64_t count, Decimal step) {
  SYRAH_CHECK(step.units >= 0, "a step is never negative");
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(magnitude(count), magnitude(step.units), &product)) {
    return StepsText(
        signed_product(count < 0, magnitude(count), magnitude(step.units), step.scale));
  }
  std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits{};
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), product).ptr;
  const std::string_view all(digits.data(), static_cast<std::size_t>(end - digits.data()));
  const std::size_t decimals = step.scale;
  const std::size_t whole = all.size() - std::min(decimals, all.size());
  StepsText text;
  if (count < 0 && product != 0) text += "-";
  text += whole == 0 ? std::string_view("0") : all.substr(0, whole);
  if (decimals == 0) return text;
  text += ".";
  for (std::size_t i = all.size() - whole; i < decimals; ++i) text += "0";
  text += all.substr(whole);
  return text;
}

std::string steps_to_text(std::int64_t count, Decimal step) {
  return steps_to_inline_text(count, step).string();
}

std::string product_to_text(std::int64_t count_a, Decimal step_a, std::int64_t count_b,
                            Decimal step_b) {
  SYRAH_CHECK(step_a.units >= 0 && step_b.units >= 0, "a step is never negative");
  const Uint128 counts = static_cast<Uint128>(magnitude(count_a)) * magnitude(count_b);
  const Uint128 steps = static_cast<Uint128>(magnitude(step_a.units)) * magnitude(step_b.units);
  const std::size_t decimals = std::size_t{step_a.scale} + step_b.scale;
  return signed_product((count_a < 0) != (count_b < 0), counts, steps, decimals);
}

Result<Int128> to_product_steps(std::string_view text, Decimal step_a, Decimal step_b) {
  SYRAH_CHECK(step_a.units > 0 && step_b.units > 0, "the steps are not ones that were parsed");
  const Result<Digits> digits = read_digits(text, kWideDigitsMax);
  if (!digits) return digits.error();
  const std::size_t steps_scale = std::size_t{step_a.scale} + step_b.scale;
  Int128 whole = digits->units;
  std::size_t scale = digits->scale;
  for (; scale < steps_scale; ++scale) {
    if (__builtin_mul_overflow(whole, Int128{10}, &whole)) {
      return invalid("decimal: " + std::string(text) + " is too large");
    }
  }
  for (; scale > steps_scale; --scale) whole /= 10;
  return whole / (static_cast<Int128>(step_a.units) * step_b.units);
}

std::string product_steps_to_text(Int128 count, Decimal step_a, Decimal step_b) {
  SYRAH_CHECK(count >= 0 && step_a.units >= 0 && step_b.units >= 0, "none may be negative");
  return signed_product(false, static_cast<Uint128>(count),
                        static_cast<Uint128>(step_a.units) * static_cast<Uint128>(step_b.units),
                        std::size_t{step_a.scale} + step_b.scale);
}

}  // namespace syrah::base
