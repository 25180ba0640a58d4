// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/dsl/node.hpp"
#include "troupe/export.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::dsl {

/// An input of a flow.
struct input_options {
  std::string type = {}; ///< any, string, number, integer, boolean, array, object; empty: any
  std::optional<bool> required = {};
  std::optional<written> fallback = {}; ///< its `default`
  std::string description = {};
};

/// What is scarce: at least `rate` or `concurrency`.
struct limit_options {
  std::string rate = {}; ///< such as `60/min`; empty: any
  std::optional<int> burst = {}, concurrency = {};
};

/// In USD per million tokens.
struct model_price {
  double input = 0, output = 0;
};

/// A flow that is written in C++: a pipeline, and what stands around it in a document. A node alone
/// is one too. Immutable, as nodes are.
class [[nodiscard]] TROUPE_EXPORT definition {
public:
  definition(const node& pipeline);
  definition(std::string name, const node& pipeline);

  /// As it is called in diagnostics; `flow` without a name.
  const std::string& name() const { return name_; }
  const piece& content() const { return content_; }

  definition description(std::string text) const;
  definition version(std::string text) const;
  definition meta(written object) const;
  definition schema(std::string url) const; ///< `$schema`, for editors
  definition input(const std::string& name, const input_options& what = {}) const;
  /// `merge`: a policy's name, a function of the registry, or `{{"jq", program}}`; null: the last
  /// write wins.
  definition context(const std::string& key, written first, written merge = {}) const;
  /// As `registry::add_context_merge` says.
  definition context(const std::string& key, written first, list_fn merge) const;
  definition env(std::vector<std::string> names) const;
  definition secrets(std::vector<std::string> names) const;
  definition limit(const std::string& name, const limit_options& what) const;
  definition budget(const budget_options& most) const;
  definition default_timeout(duration of_each_step) const;
  definition default_retry(int attempts) const;
  definition default_retry(const retry_options& how) const;
  definition default_params(const std::string& kind, written params) const;
  definition type(const std::string& name, written what) const;
  definition price(const std::string& model, const model_price& x) const;
  /// A flow that `call` may name.
  definition flow(const std::string& name, const definition& called) const;
  definition on_error(std::string rule) const;
  definition output(written given) const;
  /// One of several outputs.
  definition output(const std::string& name, written given) const;

private:
  definition with(const char* key, written x) const;
  definition with_inner(const char* key, const std::string& inner, written x) const;

  std::string name_ = "flow";
  piece content_;
};

} // namespace troupe::dsl
