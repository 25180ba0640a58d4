// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The keys of graph documents.
namespace troupe::config::graph_keys {

using list = std::vector<std::string>;

inline const list document{"ir_version",
                           "troupe",
                           "$schema",
                           "name",
                           "description",
                           "version",
                           "metadata",
                           "meta",
                           "start_node",
                           "start",
                           "inputs",
                           "outputs",
                           "nodes",
                           "edges",
                           "parallel_groups",
                           "mappings",
                           "on_error",
                           "enable_namespacing",
                           "template_resolution_mode",
                           "context",
                           "env",
                           "secrets",
                           "limits",
                           "budget",
                           "defaults",
                           "types",
                           "flows",
                           "prices"};
/// What means the same in a native document.
inline const list native_of_document{"context",  "env",   "secrets", "limits",  "budget",
                                     "defaults", "types", "prices",  "on_error"};

inline const list own_of_node{"type",        "id",          "params",   "parameters",
                              "purpose",     "description", "batch",    "batch_config",
                              "max_retries", "meta",        "metadata", "name"};
/// What a node of a graph document may say, and means the same in a native one.
inline const list native_of_node{
  "type",        "parallel",    "sequence", "choice",         "loop",     "call",       "wait",
  "with",        "model",       "when",     "enabled",        "input",    "set",        "timeout",
  "deadline",    "retry",       "fallback", "fallback_on",    "returns",  "max_visits", "action",
  "undo",        "limit",       "budget",   "expects",        "cache",    "price",      "exports",
  "max_workers", "min_success", "merge",    "context_merge",  "split",    "hedge",      "share",
  "on_error",    "while",       "until",    "max_iterations", "on_limit", "carry",      "graph"};
/// What a list of nodes says of them; of the document's own, edges say it.
inline const list of_inner_node{"next", "depends_on"};
/// What surrounds a node that calls a flow.
inline const list native_of_call{"when",       "enabled", "input",    "set",         "timeout",
                                 "deadline",   "retry",   "fallback", "fallback_on", "returns",
                                 "max_visits", "action",  "undo",     "budget",      "cache",
                                 "exports",    "on_error"};

inline const list input{"type", "required", "default", "description"};
inline const list output{"source", "description", "type"};
inline const list edge{"from",           "to",          "source",   "target", "action",
                       "parallel_group", "description", "condition"};
inline const list mapping{"input_mappings", "output_mappings"};
inline const list batch{"items",          "as",       "parallel",  "max_concurrent", "batch_size",
                        "error_handling", "on_error", "tolerated", "max_retries",    "retry_wait"};
inline const list batch_config{"enabled", "items_field"};

/// What `parallel_groups` say of a group, and means the same in a native one.
inline const list native_of_group{"on_error", "max_workers", "min_success", "merge"};
inline const list of_group{"on_error", "max_workers", "min_success", "merge", "description"};

} // namespace troupe::config::graph_keys
