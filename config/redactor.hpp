// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/step_result.hpp"

#include <string>
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

  /// How many bytes at the end of `text` may be the beginning of a secret: not more than the
  /// longest has, less one, and whole characters.
  size_t doubtful_end(std::string_view text) const;

private:
  std::vector<std::string> needles_; // longest first
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
