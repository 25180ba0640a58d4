// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/diagnostic.hpp"
#include "troupe/expected.hpp"
#include "troupe/export.hpp"
#include "troupe/registry.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

namespace plan {
struct flow;
}

/// Which part of a flow to run.
struct flow_part {
  std::string only = {};                  ///< this node of the pipeline alone; empty: all
  std::string from = {};                  ///< this node of the pipeline and those behind it
  std::map<std::string, value> pins = {}; ///< by id: outputs of nodes that are not run
};

/// A document that has been read and found right: immutable, cheap to copy, and good for any number
/// of runs at once.
class TROUPE_EXPORT flow {
public:
  explicit flow(std::shared_ptr<const plan::flow> x) : plan_{std::move(x)} {}

  /// As the document says; empty: it has none.
  const std::string& name() const;
  const std::string& description() const;
  const std::vector<diagnostic>& warnings() const;
  /// The declared inputs: name to `{type, required, default, description}`.
  const nlohmann::json& inputs() const;
  /// The names of the secrets that it wants.
  const std::vector<std::string>& secrets() const;
  /// What it will do, for those who show or draw it: `{name, description, inputs, secrets, env,
  /// context, nodes, output}`. A node is `{id, path, type, when, input, params, reads, sets,
  /// timeout, deadline, attempts, fallback: [node], children: [node], merge, on_error, max_workers,
  /// …}`; what it has not is not there.
  nlohmann::json describe() const;
  /// The same with what is known before a run filled in: inputs, the context as it begins, and the
  /// process's environment. Secrets stay `[secret]`, other templates as they are written.
  nlohmann::json preview(const value& inputs) const;
  /// A part of it, with recorded outputs for what is not run; invalid_input if there is no such
  /// node, or if an output would be missing.
  expected<flow> part(const flow_part& which) const;
  const std::shared_ptr<const plan::flow>& plan() const { return plan_; }

private:
  std::shared_ptr<const plan::flow> plan_;
};

/// Why a document is no flow: every problem found, at most 50, errors and warnings.
using diagnostics = std::vector<diagnostic>;

/// How a document is to be read.
struct reading_options {
  /// `native`, `graph`, `chain` or `blueprint`; empty: as its keys say.
  std::string format = {};
  /// A document with `types`, and the `env` and `secrets` that they name: they are there as if the
  /// flow had them, which goes before. `types_name` stands for its file in diagnostics.
  std::string types = {}, types_name = "types";
  /// Steps of unknown kinds run nothing, and give what later nodes read of them.
  bool stub_unknown = false;
};

/// Reads a flow from a file, JSON or YAML. `kinds`: the step kinds it may use.
TROUPE_EXPORT expected<flow, diagnostics> load_flow(const std::filesystem::path& file,
                                                    const registry& kinds,
                                                    const reading_options& options = {});
/// Reads a flow from text. `name` stands for the file in diagnostics; one that ends in `.yaml` or
/// `.yml` says that it is YAML, otherwise text that begins with `{` or `[` is JSON.
TROUPE_EXPORT expected<flow, diagnostics> parse_flow(std::string_view text, const registry& kinds,
                                                     const std::string& name = "flow",
                                                     const reading_options& options = {});

/// A document of another format, as a native one.
struct converted_flow {
  std::string text; ///< JSON that people can read
  diagnostics warnings;
};

/// What a native document would say. The result of running either is the same. Only what a document
/// of its format must be is looked at, not whether the flow is right: load it for that.
TROUPE_EXPORT expected<converted_flow, diagnostics>
convert_flow(const std::filesystem::path& file, const reading_options& options = {});
TROUPE_EXPORT expected<converted_flow, diagnostics>
convert_text(std::string_view text, const std::string& name = "flow",
             const reading_options& options = {});

/// A JSON Schema (draft 7) of documents of a format that use these kinds, for editors: what is
/// valid passes it, what is wrong in its structure does not. Null for an unknown format.
TROUPE_EXPORT nlohmann::json flow_schema(const registry& kinds, std::string_view format = "native");

} // namespace troupe
