// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace troupe::test {

namespace fs = std::filesystem;

std::string read_text(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  BOOST_REQUIRE_MESSAGE(in, "cannot read " << file);
  return {std::istreambuf_iterator<char>{in}, {}};
}

void check_golden(const fs::path& file, const std::string& text) {
  if (std::getenv("TROUPE_REWRITE_GOLDEN")) {
    std::ofstream{file, std::ios::binary} << text;
    return;
  }
  BOOST_TEST(read_text(file) == text, file << " says otherwise; got:\n" << text);
}

std::vector<fs::path> files_in(const fs::path& folder, const std::vector<std::string>& endings) {
  std::vector<fs::path> all;
  for (auto& entry : fs::directory_iterator{folder})
    if (std::find(endings.begin(), endings.end(), entry.path().extension()) != endings.end())
      all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  BOOST_REQUIRE(!all.empty());
  return all;
}

fs::path source_folder() {
  auto given = std::getenv("TROUPE_SOURCE");
  BOOST_REQUIRE_MESSAGE(given, "TROUPE_SOURCE is not set; run the tests with ./dev test");
  return given;
}

scratch_folder::scratch_folder() : before_{fs::current_path()} {
  auto name = (fs::temp_directory_path() / "troupe-test-XXXXXX").string();
  BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
  fs::current_path(path_);
}

scratch_folder::~scratch_folder() {
  fs::current_path(before_);
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void scratch_folder::write(const std::string& name, const std::string& text) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream{path_ / name, std::ios::binary} << text;
}

} // namespace troupe::test
