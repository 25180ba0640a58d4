// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/jq/programs.hpp"
#include "config/schema.hpp"
#include "config/template/shell_template.hpp"
#include "config/template/value_template.hpp"
#include "troupe/context.hpp"
#include "troupe/diagnostic.hpp"
#include "troupe/duration.hpp"
#include "troupe/registry.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What a document becomes: typed, validated, immutable. No document JSON past this.
namespace troupe::plan {

struct node;

/// A jq program, by its number in the flow, and what its variables stand for.
struct expression {
  std::string text = {}; ///< as written
  size_t program = 0;
  std::vector<std::pair<std::string, reference>> variables = {};
};

struct step {
  std::shared_ptr<const step_kind> kind;
  value_template params;
  std::vector<std::pair<std::string, expression>> programs = {};   ///< params of `format: jq`
  std::vector<std::pair<std::string, shell_template>> shells = {}; ///< of `format: shell`
  std::shared_ptr<const config::schema> recheck = {}; ///< null: nothing in the params can change
  std::string input = "any";  ///< the type of data that it takes, as its kind or type says
  std::string output = "any"; ///< likewise, of what it gives
};

struct sequence {
  std::vector<node> children;
};

enum class on_error : uint8_t { fail_fast, continue_all };

enum class merge_strategy : uint8_t {
  collect_all,
  outputs,
  by_name,
  first_success,
  best_quality,
  combine_outputs,
};

struct merge_rule {
  merge_strategy strategy = merge_strategy::collect_all;
  std::string separator = "\n";           ///< of combine_outputs, between texts
  std::shared_ptr<const node> score = {}; ///< of best_quality: gives a number for an output
};

enum class context_policy : uint8_t {
  last_write_wins,
  first_write_wins,
  error,
  append,
  union_of,
  sum,
  max,
  min,
  deep_merge,
  jq,
};

struct context_rule {
  context_policy policy = context_policy::last_write_wins;
  expression program = {}; ///< of jq: `.` is `{base, values}`
};

using context_rules = std::map<std::string, context_rule, std::less<>>;

struct parallel {
  std::vector<node> branches;
  size_t max_workers = 0; ///< 0: all at once
  plan::on_error on_error = on_error::fail_fast;
  size_t min_success = 1;
  merge_rule merge = {};
  context_rules context_merge = {}; ///< by key; `*` for the others
};

using body = std::variant<step, sequence, parallel>;

struct retry {
  int attempts = 1; ///< in total
  duration initial = std::chrono::seconds{1};
  double factor = 2;
  duration max = std::chrono::seconds{60};
  bool jitter = true;                    ///< full
  std::optional<std::set<errc>> on = {}; ///< nothing: all that are retryable
  std::optional<duration> max_elapsed = {};
};

struct node {
  std::string id;
  std::string path;
  std::string type; ///< kind of the step, or shape of the group
  plan::body body;
  std::optional<expression> when = {};
  std::optional<value_template> input = {};
  std::vector<std::pair<std::string, value_template>> set = {};
  std::optional<duration> timeout = {};  ///< of one attempt
  std::optional<duration> deadline = {}; ///< of all attempts
  plan::retry retry = {};
  std::vector<node> fallback = {};
  std::optional<std::set<errc>> fallback_on = {}; ///< nothing: any
  std::shared_ptr<const config::schema> returns = {};
  value meta = {};
  std::optional<result_slot> slot = {}; ///< set if something reads its result
};

struct input_spec {
  std::string type = "any";
  bool required = true;
  std::optional<value> fallback = {}; ///< when it is not given
};

/// What a kind wants to know before a run starts.
struct preflight {
  std::string path;
  std::shared_ptr<const step_kind> kind;
  nlohmann::json params; ///< as written
};

struct flow {
  std::string name;
  std::string description = {};
  std::map<std::string, input_spec, std::less<>> inputs = {};
  bool takes_other_inputs = false; ///< no `inputs` section: what is not named is let through
  nlohmann::json inputs_as_written = nlohmann::json::object();
  troupe::context context = {};
  plan::context_rules context_rules = {};
  std::vector<std::string> environment = {};
  std::vector<std::string> secrets = {}; ///< their names
  node root;
  std::vector<preflight> checks = {};
  std::optional<value_template> output = {};
  std::shared_ptr<const config::jq_programs> programs = {};
  std::vector<diagnostic> warnings = {};
};

/// Names of strategies and policies as documents spell them; nothing for unknown ones.
std::optional<merge_strategy> merge_strategy_from(std::string_view name);
std::string_view to_string(merge_strategy x);
std::vector<std::string> merge_strategy_names();
std::optional<context_policy> context_policy_from(std::string_view name);
std::string_view to_string(context_policy x);
std::vector<std::string> context_policy_names();

/// The number a program's variables have for this scope; what is absent is null.
config::jq_programs::variables variables_of(const expression& x, const view& from);

/// Whether a backup is to be tried after this failure.
bool triggers_fallback(const node& x, const error& why);

/// What the steps need from outside and is not there; nothing: all is.
std::optional<error> missing_for(const flow& x);

/// The given inputs with defaults filled in and types checked; invalid_input otherwise.
expected<value> accept_inputs(const flow& x, const value& given);

} // namespace troupe::plan
