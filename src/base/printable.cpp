#include "base/printable.h"

namespace syrah::base {

std::string printable(std::string_view text, std::size_t size_max) {
  if (text.size() > size_max) {
    // Not in the middle of a UTF-8 sequence.
    while (size_max > 0 && (static_cast<unsigned char>(text[size_max]) & 0xC0) == 0x80) --size_max;
    text = text.substr(0, size_max);
  }
  std::string clean(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return clean;
}

}  // namespace syrah::base
