// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/problems.hpp"
#include "troupe/duration.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

/// One value of a document, which knows where it stands: so no function passes positions on. What
/// is of the wrong type is reported and comes back as nothing; reading goes on.
class reader {
public:
  reader(const nlohmann::json& x, std::string pointer, problems& found)
    : json_{&x}, pointer_{std::move(pointer)}, found_{&found} {}

  const nlohmann::json& json() const { return *json_; }
  const std::string& pointer() const { return pointer_; }

  /// The key is not there, but one that was meant to be it: that has been reported.
  bool misspells(const std::string& key, const std::vector<std::string>& known) const;
  bool has(std::string_view key) const { return json_->is_object() && json_->contains(key); }
  reader member(std::string_view key) const;
  reader item(size_t place) const;
  /// In the order in which they are written.
  std::vector<std::pair<std::string, reader>> members() const;
  std::vector<reader> items() const;

  bool wants_object(std::string_view what) const;
  bool wants_list(std::string_view what) const;
  std::optional<std::string> as_text() const;
  std::optional<bool> as_boolean() const;
  std::optional<int64_t> as_integer(int64_t least, int64_t most) const;
  std::optional<double> as_number(double least) const;
  /// Not below the least.
  std::optional<duration> as_duration(duration least = duration{1}) const;
  /// Those items of a list that are texts.
  std::vector<std::string> as_texts(std::string_view what) const;

  std::optional<std::string> text(std::string_view key) const;
  std::optional<bool> boolean(std::string_view key) const;
  std::optional<int64_t> integer(std::string_view key, int64_t least, int64_t most) const;
  std::optional<duration> time(std::string_view key, duration least = duration{1}) const;
  /// One of these words.
  std::optional<std::string> word(std::string_view key,
                                  const std::vector<std::string>& words) const;

  /// Refuses keys that are not known, with a suggestion.
  void check_keys(const std::vector<std::string>& known, std::string_view whose) const;

  void error(finding what) const { found_->error(pointer_, std::move(what)); }
  void error_at_key(finding what) const {
    found_->error(pointer_, std::move(what), problems::at::key);
  }
  /// At a piece of this text: the first from `at` on.
  void error_inside(std::string_view piece, finding what, size_t at = 0) const;
  void warning(finding what) const { found_->warning(pointer_, std::move(what)); }
  void warning_at_key(finding what) const {
    found_->warning(pointer_, std::move(what), problems::at::key);
  }
  void wrong_type(std::string_view wanted) const;

private:
  const nlohmann::json* json_;
  std::string pointer_;
  problems* found_;
};

/// Keys that begin with `_` are for people.
inline bool is_comment(std::string_view key) { return key.starts_with('_'); }

/// How to turn a text into what was wanted: a hint, or nothing.
std::string how_to_write(const nlohmann::json& x, std::string_view wanted);

/// `an object`, `the text "x"`, `the number 3`, as it is said in messages.
std::string described(const nlohmann::json& x);

} // namespace troupe::config
