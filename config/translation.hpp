// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/document.hpp"
#include "config/reader.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Documents of other formats become native ones, which know where everything was written.
namespace troupe::config {

/// A native document in the making: its members are in the order in which they are set.
using native_json = nlohmann::ordered_json;

/// An object of a native document, and what it was made from.
class native_object {
public:
  explicit native_object(const reader& from);
  /// Goes on with one that was made before, of the same part of the document.
  native_object(native_json made, const reader& from);
  /// A member that is not written in the document, or is what `from` says there by the same key.
  native_object& set(std::string_view key, native_json x);
  /// A member that is written somewhere else, or by another key.
  native_object& set(std::string_view key, native_json x, const reader& from);
  /// A member of a member that is an object, or is not there yet.
  native_object& add_to(std::string_view key, std::string_view inner, native_json x,
                        const reader& from);
  bool has(std::string_view key) const { return json_.contains(key); }
  /// Takes a member out; null if it is not there.
  native_json remove(std::string_view key);
  native_json take() { return std::move(json_); }

private:
  native_json json_ = native_json::object();
};

/// What is written, as it is written; texts as `text` makes them, if it is there.
using text_fn = std::function<std::string(const reader& at, const std::string& text)>;
native_json as_written(const reader& x, const text_fn& text = {});

/// Keys that are not known are told, and not read; those that begin with `_` are comments.
void warn_of_unknown_keys(const reader& in, const std::vector<std::string>& known,
                          std::string_view whose);

/// Copies those of the keys that are there, in the order in which they are written.
void copy(const reader& in, const std::vector<std::string>& keys, native_object& out,
          const text_fn& text = {});

/// Puts the native document in the place of the one that it was made from; problems of it are shown
/// where that was written.
void take_translation(document& x, native_json made);

/// A native document as people read it: two spaces a level; what is short stands on one line.
std::string pretty(native_json x);

} // namespace troupe::config
