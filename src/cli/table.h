#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cli/style.h"

namespace syrah::cli {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
};

struct Cell {
  std::string text;
  Colour colour = Colour::kPlain;

  Cell(std::string cell_text, Colour cell_colour = Colour::kPlain)  // NOLINT: implicit
      : text(std::move(cell_text)), colour(cell_colour) {}
};

/// Rows with aligned columns, two spaces apart, no spaces at the end of a line.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column.
  void add(std::vector<Cell> row);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  void print(std::ostream& out, bool colour) const;

 private:
  void print_row(std::ostream& out, const std::vector<Cell>& row,
                 const std::vector<std::size_t>& widths, bool colour) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace syrah::cli
