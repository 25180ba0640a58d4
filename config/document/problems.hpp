// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/origins.hpp"
#include "troupe/diagnostic.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::config {

/// What is wrong, before its place in the text is looked up.
struct finding {
  std::string code;
  std::string message;
  std::string hint = {};
};

/// Collects the diagnostics of one document: at most 50 errors, and 50 warnings.
class problems {
public:
  explicit problems(const document& where) : where_{where} {}

  enum class at : uint8_t { value, key };
  void error(const std::string& pointer, finding what, at where = at::value);
  void warning(const std::string& pointer, finding what, at where = at::value);
  /// A problem of text that could not become a tree; `pointer`: as far as it came.
  void error_in_text(const std::string& pointer, span where, finding what);
  /// A problem at some bytes inside the string at `pointer`, as far as the text shows them.
  /// `before`: how often they occur in it before that.
  void error_inside(const std::string& pointer, std::string_view piece, size_t before,
                    finding what);

  const written_order& order() const { return where_.order; }

  bool has_errors() const { return errors_ > 0; }
  /// In order of the text; what came after the 50th of each is only counted.
  std::vector<diagnostic> take();

private:
  void add(severity how_bad, std::string pointer, span where, finding what);
  span find(const std::string& pointer, at where);
  std::string as_written(std::string pointer);
  void tell_left_out(severity how_bad, size_t count, std::vector<diagnostic>& out) const;
  const place_map& places();

  const document& where_;
  std::optional<place_map> places_;   // once they were needed
  std::optional<origin_map> origins_; // once they were needed, of a translated document
  std::vector<std::pair<size_t, diagnostic>> found_; // by offset
  size_t errors_ = 0, warnings_ = 0;
};

} // namespace troupe::config
