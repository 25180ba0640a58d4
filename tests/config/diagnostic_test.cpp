// SPDX-License-Identifier: Apache-2.0
#include "troupe/diagnostic.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;

namespace {

/// The excerpt and the line with the caret.
std::string shown(const std::string& line, size_t column, size_t length) {
  diagnostic x{.code = "c", .message = "m", .file = "f", .line = 1, .column = column};
  x.length = length;
  x.source_line = line;
  auto text = to_string(x);
  return text.substr(text.find('\n') + 1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(diagnostic_suite)

BOOST_AUTO_TEST_CASE(the_caret_stands_below_characters_not_bytes) {
  BOOST_TEST(shown("äöü x", 5, 1) == "    1 | äöü x\n      |     ^\n");
}

BOOST_AUTO_TEST_CASE(of_a_long_line_what_is_around_the_caret_is_shown) {
  std::string long_line; // each character has two bytes here
  for (auto i = 0; i < 400; ++i)
    long_line += "ä";
  auto text = shown(long_line, 200, 500);
  BOOST_TEST(text.starts_with("    1 | …ää"));
  BOOST_TEST(text.find("ä…\n") != text.npos);
  BOOST_TEST(text.find("      | " + std::string(60, ' ') + "^~") != text.npos);
  BOOST_TEST(text.size() < 600u);
}

BOOST_AUTO_TEST_CASE(a_place_behind_the_end_of_a_long_line_has_a_caret_too) {
  auto text = shown(std::string(400, 'x'), 401, 1);
  BOOST_TEST(text.ends_with("      | " + std::string(161, ' ') + "^\n"));
}

BOOST_AUTO_TEST_SUITE_END()
