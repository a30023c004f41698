#include "cli/styled_line.h"

namespace syrah::cli {

StyledLine& StyledLine::add(std::string_view text, Colour colour) {
  if (text.empty()) return *this;
  pieces_.push_back({std::string(text), colour});
  width_ += width_of(text);
  return *this;
}

StyledLine& StyledLine::add(const StyledLine& other) {
  pieces_.insert(pieces_.end(), other.pieces_.begin(), other.pieces_.end());
  width_ += other.width_;
  return *this;
}

StyledLine& StyledLine::fit(std::size_t width) {
  if (width_ < width) return add(std::string(width - width_, ' '));
  while (width_ > width) {
    Piece& last = pieces_.back();
    const std::size_t last_width = width_of(last.text);
    const std::size_t before = width_ - last_width;
    if (before >= width) {
      pieces_.pop_back();
      width_ = before;
    } else {
      last.text = first_characters(last.text, width - before);
      width_ = width;
    }
  }
  return *this;
}

std::string StyledLine::text(bool colour) const {
  std::string out;
  for (const Piece& piece : pieces_) out += painted(piece.text, piece.colour, colour);
  return out;
}

std::string_view first_characters(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (begins && count++ == width) break;
  }
  return text.substr(0, end);
}

}  // namespace syrah::cli
