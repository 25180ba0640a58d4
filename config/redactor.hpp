// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/step_result.hpp"

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

/// Takes secrets out of what leaves a run: by value, also where they are written as Base64 (at any
/// place of a longer text), percent-encoded, or escaped as JSON. Any thread may use it.
class redactor {
public:
  static constexpr std::string_view mark = "[secret]";
  static constexpr size_t shortest = 6; ///< bytes of a secret; shorter ones would hit by chance

  explicit redactor(const std::vector<std::string>& secrets);

  /// Whether there is anything to look for.
  bool has_work() const { return !needles_.empty(); }
  std::string clean(std::string text) const;
  /// Keys too.
  nlohmann::json clean(nlohmann::json x) const;
  error clean(error x) const;
  /// Error, feedback and metadata; the output is the user's own.
  void clean(step_result& x) const;

  /// How much of a text that goes on can be cleaned already: a secret that begins in it has all of
  /// its bytes. Whole characters.
  size_t certain_part(std::string_view text) const;
  /// Takes what begins before `end` off the text, cleaned; of secrets that begin at one place, the
  /// longest counts.
  std::string clean_until(std::string& text, size_t end) const;

private:
  size_t match_at(std::string_view text, size_t at) const; ///< its length; 0: none

  std::vector<std::string> needles_; // longest first
  std::bitset<256> first_bytes_;     // of the needles
};

/// A text that comes piece by piece: what may be the beginning of a secret is held back.
class redacted_stream {
public:
  /// What may be told now.
  std::string add(const redactor& secrets, std::string_view piece);
  /// What is left.
  std::string flush(const redactor& secrets);

private:
  std::string held_;
};

} // namespace troupe::config
