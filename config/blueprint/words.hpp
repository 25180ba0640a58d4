// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/blueprint/tokens.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe::config::blueprint {

/// `steps.fetch.output.rows[0]`
struct path {
  std::string root = {};
  std::vector<std::variant<std::string, int64_t>> way = {};
  size_t at = 0; ///< where it begins in the text
};

/// Goes along the words of a template or an expression. The first problem ends it: from then on
/// there is nothing but the end.
class words {
public:
  explicit words(std::string_view text);

  const token& now() const { return all_[at_]; }
  bool is(std::string_view what) const;
  bool is_at_end() const { return now().is == token::kind::end; }
  token take();
  bool eat(std::string_view sign_or_name);
  void wants(std::string_view sign);
  /// What stands here is wrong, or else `piece`, the first from `at` on.
  void refuse(std::string message, std::string hint = {}, std::string piece = {}, size_t at = 0);
  /// `piece` names nothing.
  void refuse_name(std::string message, std::string hint, std::string piece, size_t at);
  std::string found() const;
  /// One level further in; more than 256 are refused, and then there is nothing but the end.
  void enter();
  void leave() { --depth_; }

  /// Up to `.get(`, if there is one.
  path read_path();
  /// What follows a value, likewise.
  void read_way(path& out);
  /// `.get(` stands here.
  bool is_call_of(std::string_view method) const;

  const std::optional<syntax_problem>& problem() const { return problem_; }

private:
  void read_subscript(path& out);

  std::vector<token> all_;
  size_t at_ = 0;
  std::string whole_;
  size_t depth_ = 0;
  std::optional<syntax_problem> problem_;
};

} // namespace troupe::config::blueprint
