// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/document.hpp"
#include "cli/network.hpp"
#include "troupe/registry.hpp"

#include <string>
#include <vector>

namespace troupe::cli {

/// What the command exits with.
enum exit_code : int {
  succeeded = 0,
  failed = 1,
  usage = 2,
  invalid_flow = 3,
  waiting = 4,
  infrastructure = 5,
  interrupted = 130,
};

struct run_command {
  std::string flow;
  document_options documents;
  cluster_options cluster;
  std::vector<std::string> inputs;  ///< `name=value`
  std::string input_file;           ///< JSON; `-` is standard input
  std::vector<std::string> secrets; ///< `name=@file`
  std::vector<std::string>
    file_roots;                    ///< empty: reads below `/`, writes below the working directory
  std::string output = "text";     ///< text, json, jsonl
  std::string only, from;          ///< a node of the pipeline
  std::vector<std::string> pins;   ///< `id=file`
  std::string cache;               ///< a file; empty: in memory
  std::vector<std::string> traces; ///< `chrome=FILE`, `gantt=FILE`, `otlp`, `otlp=URL`
  bool dry_run = false;            ///< tell what would run, and run nothing
  bool full = false;               ///< outputs of all nodes, not only the run's
  bool quiet = false;              ///< no progress lines
  bool strict = false;             ///< degraded is a failure
  bool no_fusion = false;          ///< an actor for each step
};

struct map_command {
  std::string flow;
  document_options documents;
  cluster_options cluster;
  std::vector<std::string> secrets; ///< as of run
  std::vector<std::string> file_roots;
  std::string output = "text"; ///< text: the output alone; json: the whole result
  std::string cache;
  int64_t concurrency = 0; ///< runs at once; 0: four for each core
  bool strict = false;
};

struct validate_command {
  std::vector<std::string> flows;
  document_options documents;
  std::string format = "human"; ///< human, json, sarif
};

struct convert_command {
  std::string flow;
  std::string format; ///< of the document; empty: as its keys say
};

struct schema_command {
  std::string format = "native";
  bool for_models = false; ///< a page for language models in place of a schema
};
struct doctor_command {};

struct new_command {
  std::string file;
};

struct explain_command {
  std::string flow;
  document_options documents;
  std::vector<std::string> file_roots;
};

struct graph_command {
  std::string flow;
  document_options documents;
  std::string format = "mermaid"; ///< mermaid, dot, svg
};

struct steps_command {
  std::string kind; ///< empty: all of them
};

struct worker_command {
  std::string listen = "127.0.0.1:4242";
  std::string name; ///< empty: the host's name and the process id
  std::vector<std::string> labels;
  int64_t slots = 16;
  cluster_options network;             ///< how it listens; it looks for nobody
  std::vector<std::string> file_roots; ///< empty: files are not reached
  std::string drain_limit = "30s";     ///< a duration
  std::string metrics;                 ///< `address:port`; empty: nobody is answered
};

struct certs_command {
  std::string folder;
  std::vector<std::string> nodes;
};

struct status_command {
  cluster_options cluster;
  std::string output = "text"; ///< text, json
};

int execute(const run_command& x);
int execute(const map_command& x);
int execute(const validate_command& x);
int execute(const convert_command& x);
int execute(const schema_command& x);
int execute(const doctor_command& x);
int execute(const new_command& x);
int execute(const explain_command& x);
int execute(const graph_command& x);
int execute(const steps_command& x);
int execute(const worker_command& x);
int execute(const certs_command& x);
int execute(const status_command& x);

/// The options of the engine for these file roots: without any, reads below `/` and writes below
/// the working directory.
built_in_options options_for(const std::vector<std::string>& file_roots);
/// For what others send: without file roots nothing is read or written.
built_in_options options_for_others(const std::vector<std::string>& file_roots);

} // namespace troupe::cli
