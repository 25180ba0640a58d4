// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"
#include "troupe/limit.hpp"
#include "troupe/step.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace troupe {

/// A kind of step: its name in documents, what its params must be, and the function that runs.
struct step_kind {
  std::string name;
  std::string summary = {}; ///< one sentence
  /// JSON Schema (draft 7) of the params; null: any object. Params are checked before a run starts
  /// as far as they hold no templates, and whole when they are resolved. A param with `"format":
  /// "jq"` is a program; with `"format": "shell"` a command line, whose templates become references
  /// to environment variables: such a param arrives as `{"script": text, "env": {name: text}}`.
  /// With `"format": "url"`, what templates give is percent-encoded, but not at the very start.
  /// With `"format": "duration"`, a literal must be one: `"250ms"`, or a number of seconds.
  /// `"aliases": ["path"]` are other names by which documents may call a param.
  nlohmann::json params = {};
  std::string input = "any";  ///< any, text, json, list, file, image, audio, video
  std::string output = "any"; ///< likewise
  std::variant<plain_fn, inline_fn, async_fn> run;
  /// Of one attempt, where neither the node nor the flow's defaults say one; nothing: no limit.
  std::optional<duration> timeout = {};
  /// What is missing for the params as they are written, such as a variable of the environment;
  /// empty: nothing. Asked before each run of a flow that uses the kind: it refuses the run,
  /// and so does what it throws.
  std::function<std::string(const nlohmann::json& params)> check = {};
  /// Whether the function may run again when nobody knows how far it came, because its worker was
  /// lost. A node's own `idempotent` goes before.
  bool idempotent = true;
  /// Whether the function looks at `step_input::context`. If not, a step that runs on a worker
  /// takes along only the keys that its templates name.
  bool reads_context = true;
  /// Whether the function changes something outside of the process, or asks for something there: a
  /// rehearsal (troupe/testing.hpp) then runs it only through a stand-in.
  bool reaches_outside = false;
};

/// Makes the output of a parallel group, the list of its branches' inputs, or the value of a key of
/// the context. May block, and may throw as a step may.
using list_fn = std::function<value(const value&)>;

/// The step kinds that documents may name. Fill it before flows are loaded; reading is safe from
/// any thread.
class TROUPE_EXPORT registry {
public:
  /// Adds a kind, or replaces the one of that name in flows loaded from now on.
  void add(step_kind kind);
  /// A kind without a schema, whose function may block.
  void add(std::string name, plain_fn run) {
    add({.name = std::move(name), .run = std::move(run)});
  }
  /// One whose function is short and never blocks.
  void add_inline(std::string name, plain_fn run) {
    add({.name = std::move(name), .run = inline_fn{std::move(run)}});
  }
  /// One whose function starts the work and answers later.
  void add_async(std::string name, async_fn run) {
    add({.name = std::move(name), .run = std::move(run)});
  }
  /// Another name for a kind that is there.
  void alias(std::string name, std::string_view kind);

  std::shared_ptr<const step_kind> find(std::string_view name) const; ///< null if unknown
  std::vector<std::string> names() const;                             ///< in alphabetical order

  /// A function that `merge` may name: it gets the list of the branches' results.
  void add_merge(std::string name, list_fn run);
  /// A function that `split` may name: it gets the group's input, and gives a list of as many
  /// inputs as there are branches.
  void add_split(std::string name, list_fn run);
  /// A function that `context_merge`, and `merge` of a context key, may name beside the built-in
  /// policies, which go before one of their name. It settles a key to which several branches have
  /// given different values: it gets `{"key": text, "base": value, "values": list}`, where `base`
  /// is what they found and `values` what they want, in order of definition; null where there was
  /// nothing, or where a branch has erased the key. The key becomes what it gives. What it throws
  /// fails the group: a step_error with its own code, all else with merge_conflict.
  void add_context_merge(std::string name, list_fn run);
  std::shared_ptr<const step_kind> find_merge(std::string_view name) const; ///< null if unknown
  std::shared_ptr<const step_kind> find_split(std::string_view name) const; ///< null if unknown
  std::shared_ptr<const step_kind> find_context_merge(std::string_view name) const; ///< likewise
  std::vector<std::string> merge_names() const;
  std::vector<std::string> split_names() const;
  std::vector<std::string> context_merge_names() const;

  /// A limit that all flows share, and that goes before one of the same name in a flow.
  void add_limit(std::string name, limit x) { limits_[std::move(name)] = x; }
  const std::map<std::string, limit, std::less<>>& limits() const { return limits_; }

private:
  using kind_map = std::map<std::string, std::shared_ptr<const step_kind>, std::less<>>;
  kind_map kinds_, merges_, splits_, context_merges_;
  std::map<std::string, limit, std::less<>> limits_;
};

/// Where file steps may read and write. Relative folders count from the working directory at the
/// time of use. Nothing outside is ever opened, not through `..` or symbolic links either.
struct file_roots {
  std::vector<std::string> read = {"."};
  std::vector<std::string> write = {"."};
};

/// How `http` and `llm` reach services.
struct http_options {
  size_t max_connections = 256; ///< at once; more requests queue
  size_t max_connections_per_host = 32;
  /// Whether addresses of this machine and of private networks may be reached. A node's
  /// `allow_private: false` forbids it for itself.
  bool allow_private = true;
  std::string ca_file = {}; ///< certificates to trust; empty: the system's
};

/// How far the built-in steps may reach.
struct built_in_options {
  file_roots files = {};     ///< of the file steps
  size_t max_processes = 64; ///< of `shell` steps at once; more of them queue
  http_options http = {};
  /// Of models, in USD per million tokens: `{"model": {"input": 2.5, "output": 10}}`. A flow's own
  /// `prices` go before.
  nlohmann::json prices = {};
};

/// Adds shell, http, llm, the file steps, jq, template, echo, sleep, fail and log.
TROUPE_EXPORT void add_built_in_steps(registry& kinds, const built_in_options& options = {});

} // namespace troupe
