#include "cli/table.h"

#include <algorithm>

#include "base/check.h"

namespace syrah::cli {

void Table::add(std::vector<Cell> row) {
  SYRAH_CHECK(row.size() == columns_.size(), "a row has one cell a column");
  for (Cell& cell : row) cell.text = printable(cell.text);
  rows_.push_back(std::move(row));
}

void Table::print(std::ostream& out, bool colour) const {
  std::vector<std::size_t> widths;
  std::vector<Cell> titles;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = width_of(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, width_of(row[i].text));
    widths.push_back(width);
    titles.emplace_back(columns_[i].title, Colour::kFaint);
  }
  print_row(out, titles, widths, colour);
  for (const auto& row : rows_) print_row(out, row, widths, colour);
}

void Table::print_row(std::ostream& out, const std::vector<Cell>& row,
                      const std::vector<std::size_t>& widths, bool colour) const {
  std::string line;
  std::string gap;  // kept back until text follows, so that no line ends in spaces
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string fill(widths[i] - width_of(row[i].text), ' ');
    if (i > 0) gap += "  ";
    if (columns_[i].align == Align::kRight) gap += fill;
    if (!row[i].text.empty()) {
      line += gap + painted(row[i].text, row[i].colour, colour);
      gap.clear();
    }
    if (columns_[i].align == Align::kLeft) gap += fill;
  }
  out << line << '\n';
}

}  // namespace syrah::cli
