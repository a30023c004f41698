#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/style.h"

namespace syrah::cli {

/// One line of a screen, put together from pieces. It knows how wide it is, so that it is never
/// wider than its place.
class StyledLine {
 public:
  StyledLine& add(std::string_view text, Colour colour = Colour::kPlain);
  StyledLine& add(const StyledLine& other);
  /// Fills with spaces, or cuts off, so that it is exactly so wide.
  StyledLine& fit(std::size_t width);
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::string text(bool colour) const;

 private:
  struct Piece {
    std::string text;
    Colour colour;
  };

  std::vector<Piece> pieces_;
  std::size_t width_ = 0;
};

/// The first `width` characters of UTF-8.
std::string_view first_characters(std::string_view text, std::size_t width);

}  // namespace syrah::cli
