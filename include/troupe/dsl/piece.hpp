// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <memory>
#include <vector>

namespace troupe::dsl {

/// A value as documents write it: params, templates, schemas. From anything that JSON can be made
/// of; `{{"url", "${inputs.url}"}}` is an object. Members keep their order.
using written = nlohmann::ordered_json;

/// A function of C++ that was given without a kind.
struct function;

/// A part of a document. Where a function stands in it, `content` has a mark that no document can
/// have; it is replaced by a name when the whole is read.
struct piece {
  written content = {};
  std::vector<std::shared_ptr<const function>> functions = {};
};

} // namespace troupe::dsl
