// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/page.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace troupe::test;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(formats_page_suite)

BOOST_AUTO_TEST_CASE(each_document_of_the_page_becomes_what_it_says_and_gives_what_it_says) {
  auto blocks = blocks_of(read_text(source_folder() / "docs/formats.md"));
  BOOST_REQUIRE(blocks.size() == 9u);
  scratch_folder here;
  for (size_t i = 0; i < blocks.size(); i += 3) {
    auto name = "flow." + blocks[i].language;
    here.write(name, blocks[i].content);
    auto converted = command({"convert", name});
    BOOST_TEST(converted.code == 0, converted.err);
    BOOST_TEST(converted.out == blocks[i + 1].content);
    auto ran = command({"run", name, "--quiet"});
    BOOST_TEST(ran.code == 0, ran.err);
    BOOST_TEST(ran.out == blocks[i + 2].content);
  }
}

BOOST_AUTO_TEST_SUITE_END()
