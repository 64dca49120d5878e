#include "store/import/csv_table.h"

#include <gtest/gtest.h>

namespace bearward::store {
namespace {

using Cells = std::vector<std::optional<std::string>>;

TEST(CsvTable, ReadsRfc4180) {
  struct Case {
    const char* name;
    std::string text;
    std::vector<Cells> rows;
    std::vector<std::size_t> lines;
  };
  const Case cases[] = {{"CRLF", "a,b\r\n1,2\r\n3,4\r\n", {{"1", "2"}, {"3", "4"}}, {2, 3}},
                        {"LF, and no end", "a,b\n1,2", {{"1", "2"}}, {2}},
                        {"a byte order mark",
                         "\xEF\xBB\xBF"
                         "a,b\n1,2\n",
                         {{"1", "2"}},
                         {2}},
                        {"quotes", "\"a\",\"b\"\n\"1,2\",\"say \"\"hi\"\"\"\n", {{"1,2", "say \"hi\""}}, {2}},
                        {"line ends in a field", "a,b\n\"1\r\n2\",3\n4,5\n", {{"1\r\n2", "3"}, {"4", "5"}}, {2, 4}},
                        {"NULL and an empty text", "a,b\n,\"\"\n", {{std::nullopt, ""}}, {2}},
                        {"empty lines", "\na,b\n\n1,2\n\n", {{"1", "2"}}, {4}},
                        {"spaces are kept", "a,b\n 1 , 2\n", {{" 1 ", " 2"}}, {2}},
                        {"no rows", "a,b\n", {}, {}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto table = read_csv(c.text);
    ASSERT_TRUE(table) << table.error().what;
    EXPECT_EQ(table->columns, (std::vector<std::string>{"a", "b"}));
    ASSERT_EQ(table->rows.size(), c.rows.size());
    for (std::size_t i = 0; i < c.rows.size(); ++i) {
      EXPECT_EQ(table->rows[i].cells, c.rows[i]);
      EXPECT_EQ(table->rows[i].number, i + 1);
      EXPECT_EQ(table->rows[i].line, c.lines[i]);
    }
  }
}

TEST(CsvTable, SaysWhereItIsNone) {
  struct Case {
    const char* name;
    std::string text;
    std::size_t line;
    const char* what;
  };
  const Case cases[] = {
      {"nothing", "", 1, "has no line that names the columns"},
      {"Latin-1", "a\n\xE4\n", 0, "is not UTF-8; convert it first"},
      {"a field too few", "a,b\n1,2\n3\n", 3, "has 1 fields, expected 2 as in the first line"},
      {"a field too many", "a,b\n1,2,3\n", 2, "has 3 fields, expected 2 as in the first line"},
      {"a quote that never ends", "a\n1\n\"2\n3\n", 3, "has a quoted field that never ends"},
      {"a quote in the middle", "a\n1\"2\n", 2, "has a quote inside an unquoted field; quote the whole field"},
      {"text after a quote", "a\n\"1\"2\n", 2, "has text after a closing quote"},
      {"a lone carriage return", "a\r1\r", 1, "has a carriage return that ends no line"},
      {"a field of 65 KiB", "a\n" + std::string(65 * 1024, 'x') + "\n", 2, "has a field of more than 65536 bytes"},
      {"300 fields", std::string(299, ','), 1, "has more than 256 fields"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto table = read_csv(c.text);
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().line, c.line);
    EXPECT_EQ(table.error().what, c.what);
  }
}

}  // namespace
}  // namespace bearward::store
