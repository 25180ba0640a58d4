// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The keys of the native format: those that are read, and those that a later version brings.
namespace troupe::config::keys {

using list = std::vector<std::string>;

inline const list flow{"troupe",   "ir_version", "$schema", "name",    "description", "version",
                       "inputs",   "context",    "env",     "secrets", "defaults",    "types",
                       "on_error", "pipeline",   "output",  "meta",    "prices"};
inline const list flow_planned{"limits", "budget", "flows"};

inline const list defaults{"timeout", "retry", "llm"};

inline const list shapes{"parallel", "sequence"};
inline const list shapes_planned{"choice", "loop", "graph", "call", "wait"};

inline const list node{"id",    "type",     "params",      "model",   "parallel", "sequence",
                       "when",  "enabled",  "input",       "set",     "timeout",  "deadline",
                       "retry", "fallback", "fallback_on", "returns", "meta"};
inline const list of_parallel{"max_workers", "on_error", "min_success", "merge", "context_merge"};
inline const list node_planned{
  "choice",         "loop",       "graph", "call",   "wait",      "undo",  "batch",
  "next",           "depends_on", "limit", "budget", "expects",   "place", "cache",
  "idempotent",     "action",     "split", "hedge",  "share",     "while", "until",
  "max_iterations", "on_limit",   "carry", "with",   "max_visits"};

inline const list retry{"attempts", "initial", "factor", "max", "jitter", "on", "max_elapsed"};
inline const list merges_planned{"quorum", "majority_vote", "reduce", "node"};

inline const list roots{"inputs", "workflow", "context", "previous", "item",
                        "index",  "result",   "env",     "secret",   "steps"};
inline const list jq_keywords{"def",    "if",      "then",    "elif", "else",   "end",
                              "as",     "reduce",  "foreach", "try",  "catch",  "label",
                              "import", "include", "and",     "or",   "__loc__"};

} // namespace troupe::config::keys
