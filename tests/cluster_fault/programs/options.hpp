// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace troupe::test {

/// Options of a program, all of the form `--name value`.
class program_options {
public:
  program_options(int argc, char** argv) : words_{argv + 1, argv + argc} {}

  std::vector<std::string> all(const std::string& name) const {
    std::vector<std::string> out;
    for (size_t i = 0; i + 1 < words_.size(); i += 2)
      if (words_[i] == name)
        out.push_back(words_[i + 1]);
    return out;
  }
  /// Ends the program if it is not there.
  std::string one(const std::string& name) const {
    auto found = all(name);
    if (!found.empty())
      return found.back();
    std::cerr << name << " is missing\n";
    std::exit(2);
  }
  size_t number(const std::string& name) const { return std::stoul(one(name)); }

private:
  std::vector<std::string> words_;
};

} // namespace troupe::test
