// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

/// Immutable JSON, shared by reference: a copy is one atomic increment, however large the value.
/// A list or an object may be built from other values without copying them; `json()` is where such
/// a value is first written out as one document. Any thread may read any value.
class TROUPE_EXPORT value {
public:
  using member = std::pair<std::string, value>;

  value() = default; ///< null
  value(nlohmann::json x);
  value(const char* text) : value(nlohmann::json(text)) {}

  /// A list of these, sharing them.
  static value list(std::vector<value> items);
  /// An object of these, sharing them. Names must differ.
  static value object(std::vector<member> members);
  /// Reads JSON; nothing if it is none, or nested deeper than 256 levels (what is deeper overflows
  /// the stack of whoever walks it).
  static std::optional<value> parse(std::string_view text);
  /// Whatever `make` gives when somebody first looks, once. It must neither throw nor look at the
  /// value that it makes. `weight`: what that will have.
  static value deferred(std::function<value()> make, size_t weight);

  /// The whole as one document. Null for a default-constructed value. Values made by `list` and
  /// `object` are copied together at the first call and keep the copy; prefer `find`, `at` and
  /// `write` where the value may be large.
  const nlohmann::json& json() const;

  bool is_null() const;
  bool is_string() const;
  bool is_number() const;
  bool is_boolean() const;
  bool is_array() const;
  bool is_object() const;
  /// "null", "boolean", "number", "string", "array" or "object".
  const char* type_name() const;

  /// About how many bytes it is as JSON, where parts that are shared count as often as they stand
  /// there: a small value may be a huge text. Told without looking through the value, so what a
  /// plain document holds further down is not counted.
  size_t weight() const;

  /// Items or members; 0 for anything else.
  size_t size() const;
  /// The member of that name, sharing this value's memory; nothing if there is none.
  std::optional<value> find(std::string_view name) const;
  /// The item at that place; nothing beyond the end.
  std::optional<value> at(size_t place) const;
  /// Calls `visit(name, value)` for each member, in order of name for plain JSON.
  template <class Visitor>
  void each_member(Visitor&& visit) const {
    auto& x = made();
    if (auto members = x.parts_members())
      for (auto& [name, member] : *members)
        visit(name, member);
    else if (x.plain_ && x.plain_->is_object())
      for (auto& [name, member] : x.plain_->items())
        visit(name, value{std::shared_ptr<const nlohmann::json>{x.plain_, &member}});
  }
  /// The text; only for strings.
  const std::string& text() const;

  /// Appends compact JSON to `out`, without building the whole first. Bytes that are no UTF-8
  /// become U+FFFD.
  void write(std::string& out) const;
  /// Compact JSON.
  std::string dump() const;
  /// How a template puts it into text: strings as they are, null as nothing, else compact JSON.
  std::string as_text() const;

  /// The same for values that share their memory, and as long as one of them is there; null for
  /// null.
  const void* identity() const;
  /// Made by `list` or `object`: its items or members are values of their own.
  bool is_composite() const { return made().parts_ != nullptr; }

  friend bool operator==(const value& x, const value& y) { return x.is_same(y); }

private:
  struct composite;
  explicit value(std::shared_ptr<const nlohmann::json> plain) : plain_{std::move(plain)} {}
  bool is_same(const value& x) const;
  const value& made() const; ///< what stands behind a deferred value, else the value itself
  const std::vector<member>* parts_members() const;

  // At most one is set; neither: null.
  std::shared_ptr<const nlohmann::json> plain_;
  std::shared_ptr<const composite> parts_;
};

TROUPE_EXPORT void to_json(nlohmann::json& out, const value& x);
TROUPE_EXPORT void from_json(const nlohmann::json& in, value& x);

} // namespace troupe
