// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/command_tree.hpp"
#include "cli/endpoint.hpp"
#include "cli/print.hpp"
#include "troupe/version.hpp"

#include <CLI/CLI.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

using namespace troupe::cli;

namespace {

/// `name`: of the option that says the document's format.
void add_document_options(CLI::App& command, document_options& x, const char* name = "--format") {
  command.add_option(name, x.format, "of the document; as its keys say if not given")
    ->check(CLI::IsMember({"native", "graph", "chain", "blueprint"}))
    ->type_name("FORMAT");
  command.add_option("--types", x.types, "a file with `types`: kinds made from others")
    ->type_name("FILE");
  command.add_flag("--stub-unknown", x.stub_unknown,
                   "steps of unknown kinds run nothing, and give what is read of them");
}

void add_run(CLI::App& app, run_command& x) {
  auto command = app.add_subcommand("run", "Run a flow; its result goes to standard output.");
  command->add_option("FLOW", x.flow, "the document, JSON or YAML")->required();
  add_document_options(*command, x.documents);
  command->add_option("--input", x.inputs, "an input, NAME=VALUE; may be repeated")
    ->expected(1)
    ->take_all()
    ->type_name("NAME=VALUE");
  command->add_option("--input-file", x.input_file, "inputs as a JSON object; - is standard input")
    ->type_name("FILE");
  command
    ->add_option("--secret", x.secrets,
                 "a secret from a file; may be repeated. Others come from the environment")
    ->expected(1)
    ->take_all()
    ->type_name("NAME=@FILE");
  command
    ->add_option("--file-root", x.file_roots,
                 "file steps may read and write below DIR only; may be repeated")
    ->expected(1)
    ->take_all()
    ->type_name("DIR");
  command
    ->add_option(
      "--output", x.output,
      "text: the output alone; json: the whole result; jsonl: each event, then the result")
    ->check(CLI::IsMember({"text", "json", "jsonl"}))
    ->type_name("FORMAT");
  command
    ->add_option("--cache", x.cache,
                 "where results of nodes with a `cache` are kept; in memory if not said")
    ->type_name("FILE");
  command
    ->add_option("--trace", x.traces,
                 "how the run went: for Perfetto, as a picture (SVG), or to a collector of "
                 "OpenTelemetry; may be repeated")
    ->expected(1)
    ->take_all()
    ->type_name("chrome=FILE|gantt=FILE|otlp[=URL]");
  command->add_flag(
    "--no-fusion", x.no_fusion,
    "an actor for each step, where those that never block would share that of their group");
  command->add_flag("--dry-run", x.dry_run,
                    "run nothing: print the plan as JSON, with what is known filled in");
  auto only =
    command->add_option("--only", x.only, "run this node of the pipeline alone")->type_name("ID");
  command->add_option("--from", x.from, "run this node of the pipeline and those behind it")
    ->excludes(only)
    ->type_name("ID");
  command
    ->add_option("--pin", x.pins,
                 "do not run this node: its output is the file's, JSON or text; may be repeated")
    ->expected(1)
    ->take_all()
    ->type_name("ID=FILE");
  add_cluster_options(*command, x.cluster);
  command->add_flag("--full", x.full, "show the outputs of all nodes");
  command->add_flag("--quiet,-q", x.quiet, "no progress on standard error");
  command->add_flag("--strict", x.strict, "a degraded run exits with 1");
}

void add_map(CLI::App& app, map_command& x) {
  auto command = app.add_subcommand(
    "map",
    "Run a flow once for each line of standard input; one line of output for each, in order.");
  command->add_option("FLOW", x.flow, "the document, JSON or YAML")->required();
  add_document_options(*command, x.documents);
  command
    ->add_option("--concurrency", x.concurrency, "runs at once; four for each core if not said")
    ->check(CLI::Range(1, 100000))
    ->type_name("N");
  command->add_option("--secret", x.secrets, "as of run")
    ->expected(1)
    ->take_all()
    ->type_name("NAME=@FILE");
  command->add_option("--file-root", x.file_roots, "as of run")
    ->expected(1)
    ->take_all()
    ->type_name("DIR");
  command->add_option("--cache", x.cache, "as of run")->type_name("FILE");
  add_cluster_options(*command, x.cluster);
  command->add_option("--output", x.output, "text: the output alone; json: the whole result")
    ->check(CLI::IsMember({"text", "json"}))
    ->type_name("FORMAT");
  command->add_flag("--strict", x.strict, "a degraded run makes it exit with 1");
}

std::string problem_of_duration(const std::string& text) {
  return troupe::parse_duration(text) ? "" : "wanted a time such as 30s, found \"" + text + "\"";
}

std::string problem_of_endpoint(const std::string& text) {
  return read_endpoint(text) ? "" : "wanted ADDRESS:PORT, found \"" + text + "\"";
}

void add_worker(CLI::App& app, worker_command& x) {
  auto command =
    app.add_subcommand("worker", "Run branches of flows for other processes, until told to stop.");
  command->add_option("--listen", x.listen, "where others connect; 127.0.0.1:4242 if not said")
    ->check(problem_of_endpoint)
    ->type_name("ADDRESS:PORT");
  command
    ->add_option("--name", x.name, "in its cluster; the host's name and the process id if not said")
    ->type_name("NAME");
  command->add_option("--label", x.labels, "what flows ask for with `place`; may be repeated")
    ->expected(1)
    ->take_all()
    ->type_name("LABEL");
  command->add_option("--slots", x.slots, "branches that run at once; 16 if not said")
    ->check(CLI::Range(1, 100000))
    ->type_name("N");
  add_transport_options(*command, x.network);
  command
    ->add_option("--file-root", x.file_roots,
                 "file steps may read and write below DIR, and without this nowhere; may be "
                 "repeated")
    ->expected(1)
    ->take_all()
    ->type_name("DIR");
  command
    ->add_option("--drain-limit", x.drain_limit,
                 "how long branches may still run once it is told to stop; 30s if not said")
    ->check(problem_of_duration)
    ->type_name("TIME");
  command
    ->add_option("--metrics", x.metrics,
                 "answer HTTP requests for /health and /metrics there, to everybody")
    ->check(problem_of_endpoint)
    ->type_name("ADDRESS:PORT");
}

void add_certs(CLI::App& cluster, certs_command& x) {
  auto command = cluster.add_subcommand(
    "certs", "Make certificates for the nodes of a cluster, and its authority if there is none.");
  command->add_option("DIR", x.folder, "where they are written; nothing is replaced")->required();
  command->add_option("--node", x.nodes, "a host's name or IP address; may be repeated")
    ->required()
    ->expected(1)
    ->take_all()
    ->type_name("NAME");
}

void add_status(CLI::App& cluster, status_command& x) {
  auto command = cluster.add_subcommand("status", "Ask workers how they are.");
  add_cluster_options(*command, x.cluster);
  command->add_option("--output", x.output, "text: a table; json: a list")
    ->check(CLI::IsMember({"text", "json"}))
    ->type_name("FORMAT");
}

void add_cluster(CLI::App& app, certs_command& certs, status_command& status) {
  auto command = app.add_subcommand("cluster", "Look after the machines that flows spread over.");
  command->require_subcommand(1);
  add_certs(*command, certs);
  add_status(*command, status);
}

void add_validate(CLI::App& app, validate_command& x) {
  auto command =
    app.add_subcommand("validate", "Find every problem in documents, running nothing.");
  command->add_option("FLOW", x.flows, "the documents")->required();
  command->add_option("--format", x.format, "human, or json or sarif on standard output")
    ->check(CLI::IsMember({"human", "json", "sarif"}))
    ->type_name("FORMAT");
  add_document_options(*command, x.documents, "--document-format");
}

void add_convert(CLI::App& app, convert_command& x) {
  auto command = app.add_subcommand("convert", "Print a document of any format as a native one.");
  command->add_option("FLOW", x.flow, "the document, JSON or YAML")->required();
  command->add_option("--format", x.format, "of the document; as its keys say if not given")
    ->check(CLI::IsMember({"native", "graph", "chain", "blueprint"}))
    ->type_name("FORMAT");
}

void add_schema(CLI::App& app, schema_command& x) {
  auto command = app.add_subcommand("schema", "Print a JSON Schema of flows, for editors.");
  auto format = command->add_option("--format", x.format, "of which documents; native if not said")
                  ->check(CLI::IsMember({"native", "graph", "chain", "blueprint"}))
                  ->type_name("FORMAT");
  command
    ->add_flag("--for-llm", x.for_models,
               "one page from which a language model can write flows, instead of a schema")
    ->excludes(format);
}

void add_new(CLI::App& app, new_command& x) {
  auto command = app.add_subcommand("new", "Write a small flow to begin with; replaces nothing.");
  command->add_option("FILE", x.file, "its name; .json is added")->required();
}

void add_doctor(CLI::App& app) {
  app.add_subcommand("doctor",
                     "Tell what is there, which limits hold, and where settings come from.");
}

void add_completions(CLI::App& app, std::string& shell) {
  auto command = app.add_subcommand("completions", "Print a script that completes troupe's words.");
  command->add_option("SHELL", shell, "bash, zsh or fish")
    ->required()
    ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app.add_subcommand("man", "Print the manual page: troupe man | man -l -");
}

void add_explain(CLI::App& app, explain_command& x) {
  auto command = app.add_subcommand(
    "explain", "Tell what a flow will do: in which order, what each node reads and writes.");
  command->add_option("FLOW", x.flow, "the document")->required();
  add_document_options(*command, x.documents);
  command->add_option("--file-root", x.file_roots, "as of run")
    ->expected(1)
    ->take_all()
    ->type_name("DIR");
}

void add_graph(CLI::App& app, graph_command& x) {
  auto command = app.add_subcommand("graph", "Draw a flow.");
  command->add_option("FLOW", x.flow, "the document")->required();
  command->add_option("--format", x.format, "mermaid, dot, or svg through Graphviz")
    ->check(CLI::IsMember({"mermaid", "dot", "svg"}))
    ->type_name("FORMAT");
  add_document_options(*command, x.documents, "--document-format");
}

void add_steps(CLI::App& app, steps_command& x) {
  auto command = app.add_subcommand("steps", "List the step kinds, or the params of one.");
  command->add_option("KIND", x.kind, "a kind");
}

/// A standard stream that is closed would be the number of the next thing that is opened.
/// Read-only, so that writing to it is still an error.
void keep_standard_streams() {
  for (auto fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) == -1)
      static_cast<void>(::open("/dev/null", O_RDONLY));
}

} // namespace

int main(int argc, char** argv) {
  keep_standard_streams();
  std::signal(SIGPIPE, SIG_IGN); // a closed standard output is an error of write, which is told
  CLI::App app{"troupe runs flows: documents whose steps become actors.", "troupe"};
  app.set_version_flag("--version", TROUPE_VERSION_STRING);
  app.require_subcommand(1);
  run_command run;
  validate_command validate;
  explain_command explain;
  graph_command graph;
  steps_command steps;
  worker_command worker;
  certs_command certs;
  status_command status;
  add_run(app, run);
  map_command map;
  add_map(app, map);
  add_validate(app, validate);
  convert_command convert;
  add_convert(app, convert);
  new_command starter;
  std::string shell;
  schema_command schema;
  add_schema(app, schema);
  add_new(app, starter);
  add_doctor(app);
  add_completions(app, shell);
  add_explain(app, explain);
  add_graph(app, graph);
  add_steps(app, steps);
  add_worker(app, worker);
  add_cluster(app, certs, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& why) {
    if (app.exit(why) != 0)
      return usage;
    if (std::cout.flush())
      return succeeded;
    complain("troupe: cannot write to standard output\n");
    return infrastructure;
  }
  try {
    if (app.got_subcommand("run"))
      return execute(run);
    if (app.got_subcommand("map"))
      return execute(map);
    if (app.got_subcommand("validate"))
      return execute(validate);
    if (app.got_subcommand("convert"))
      return execute(convert);
    if (app.got_subcommand("new"))
      return execute(starter);
    if (app.got_subcommand("doctor"))
      return execute(doctor_command{});
    if (app.got_subcommand("completions"))
      return print(completions(app, shell)) ? succeeded : infrastructure;
    if (app.got_subcommand("man"))
      return print(manual(app)) ? succeeded : infrastructure;
    if (app.got_subcommand("schema"))
      return execute(schema);
    if (app.got_subcommand("explain"))
      return execute(explain);
    if (app.got_subcommand("graph"))
      return execute(graph);
    if (app.got_subcommand("worker"))
      return execute(worker);
    if (app.got_subcommand("cluster"))
      return app.get_subcommand("cluster")->got_subcommand("certs") ? execute(certs)
                                                                    : execute(status);
    return execute(steps);
  } catch (const std::exception& why) { // the system has no thread or no memory for us
    complain(std::string{"troupe: "} + why.what() + "\n");
    return infrastructure;
  }
}
