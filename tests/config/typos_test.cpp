// SPDX-License-Identifier: Apache-2.0
#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace troupe;
using namespace troupe::test;

namespace {

struct typo {
  std::string right, wrong;
};

/// One slip of the finger in each of thirty places.
const std::vector<typo> typos{
  {"\"troupe\": 1", "\"troupe\": 2"},
  {"\"inputs\": {\"file\"", "\"input\": {\"file\""},
  {"\"type\": \"string\"", "\"type\": \"strnig\""},
  {"\"default\": 3", "\"defualt\": 3"},
  {"\"merge\": \"union\"", "\"merge\": \"unoin\""},
  {"\"env\": [\"HOME\"]", "\"env\": \"HOME\""},
  {"\"secrets\": [\"API_KEY\"]", "\"secrets\": [\"API_KYE\"]"},
  {"\"timeout\": \"30s\"", "\"timeout\": \"30 sec\""},
  {"\"attempts\": 2", "\"attemps\": 2"},
  {"\"jitter\": \"full\"", "\"jitter\": \"fulll\""},
  {"\"type\": \"template\"", "\"type\": \"tempalte\""},
  {"${params.words}", "${params.word}"},
  {"\"pipeline\"", "\"pipelin\""},
  {"\"type\": \"read-file\"", "\"type\": \"read_file\""},
  {"\"file_path\"", "\"filepath\""},
  {"${inputs.file}", "${inputs.fiel}"},
  {"\"timeout\": \"5s\"", "\"timout\": \"5s\""},
  {"\"max_workers\": 2", "\"max_workers\": \"two\""},
  {"\"on_error\": \"continue\"", "\"on_error\": \"contineu\""},
  {"\"merge\": \"by_name\"", "\"merge\": \"by-name\""},
  {"\"tags\": \"append\"", "\"tags\": \"apend\""},
  {"| length\"}", "| lenght\"}"},
  {"\"argv\": [\"wc\", \"-w\"]", "\"argv\": \"wc -w\""},
  {"${read.content}", "${raed.content}"},
  {"\"parse\": \"text\"", "\"parse\": \"txt\""},
  {"[\"process_exit\"]", "[\"proces_exit\"]"},
  {"${env.HOME}", "${env.HOEM}"},
  {"\"method\": \"GET\"", "\"method\": \"get\""},
  {"$inputs.limit > 2", "$inputs.limit >> 2"},
  {"${analyses.lines}", "${analyses.lines"},
  {"\"output\": \"${spoken}\"", "\"output\": \"${spokne}\""},
};

} // namespace

BOOST_AUTO_TEST_SUITE(typos_suite)

BOOST_AUTO_TEST_CASE(each_typo_is_told_once_with_its_place_and_its_cure) {
  auto right = read_text(source_folder() / "tests/config/typos.json");
  BOOST_REQUIRE(parse_flow(right, built_in_kinds(), "typos.json"));
  std::string told;
  for (auto& [good, bad] : typos) {
    auto text = right;
    auto at = text.find(good);
    BOOST_REQUIRE_MESSAGE(at != text.npos, good);
    text.replace(at, good.size(), bad);
    auto read = parse_flow(text, built_in_kinds(), "typos.json");
    BOOST_REQUIRE_MESSAGE(!read, bad << " is accepted");
    size_t errors = 0;
    for (auto& x : read.error())
      if (x.severity == severity::error) {
        ++errors;
        told += to_string(x);
      }
    BOOST_TEST(errors == 1u, bad);
  }
  check_golden(source_folder() / "tests/config/typos.error", told);
}

BOOST_AUTO_TEST_SUITE_END()
