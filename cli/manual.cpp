// SPDX-License-Identifier: Apache-2.0
#include "cli/command_tree.hpp"
#include "troupe/version.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

/// What roff would take for its own.
std::string plain(const std::string& text) {
  std::string out;
  for (auto c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

/// CLI11 adds to the name what its checks take: `FORMAT:{text,json}`, `N:INT in [1 - 9]`.
std::string value_of(const CLI::Option& x) {
  auto type = x.get_type_name();
  auto name = type.substr(0, std::min(type.find(":{"), type.find(":INT in ")));
  return x.get_items_expected_max() == 0 ? "" : " \\fI" + plain(name) + "\\fR";
}

std::string options_of(const CLI::App& app) {
  std::string text;
  for (auto x : app.get_options()) {
    std::string names;
    for (auto& name : x->get_snames())
      names += (names.empty() ? "" : ", ") + std::string{"\\fB\\-"} + plain(name) + "\\fR";
    for (auto& name : x->get_lnames())
      names += (names.empty() ? "" : ", ") + std::string{"\\fB\\-\\-"} + plain(name) + "\\fR";
    auto is_positional = names.empty();
    if (is_positional)
      names = "\\fI" + plain(x->get_name()) + "\\fR";
    text += ".TP\n" + names + (is_positional ? "" : value_of(*x)) + "\n" +
            plain(x->get_description()) + "\n";
  }
  return text;
}

/// A part for each command that runs; those of a group have its name before theirs.
std::string commands_of(const CLI::App& app, const std::string& prefix) {
  std::string text;
  for (auto command : app.get_subcommands([](const CLI::App*) { return true; })) {
    auto name = prefix + " " + command->get_name();
    auto below = commands_of(*command, name);
    text += below.empty() ? ".SS " + plain(name) + "\n" + plain(command->get_description()) + "\n" +
                              options_of(*command)
                          : below;
  }
  return text;
}

} // namespace

std::string manual(const CLI::App& app) {
  std::string text = ".TH TROUPE 1 \"\" \"troupe " + std::string{TROUPE_VERSION_STRING} +
                     "\" \"User Commands\"\n"
                     ".SH NAME\ntroupe \\- run flows: documents whose steps become actors\n"
                     ".SH SYNOPSIS\n.B troupe\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR] …\n"
                     ".SH DESCRIPTION\n" +
                     plain(app.get_description()) + "\n.SH COMMANDS\n" + commands_of(app, "troupe");
  return text + ".SH EXIT STATUS\n"
                ".TP\n0\nsucceeded; degraded too, unless \\-\\-strict\n"
                ".TP\n1\nthe run failed, or was refused its inputs\n"
                ".TP\n2\nusage\n"
                ".TP\n3\nthe document is no flow\n"
                ".TP\n4\nthe run waits for a signal, and nobody is there to give it\n"
                ".TP\n5\nwhat it stands on: no thread, no memory, no standard output, a trace that "
                "cannot be written, no worker\n"
                ".TP\n130\ninterrupted\n"
                ".SH ENVIRONMENT\n"
                ".TP\nTROUPE_LLM_BASE_URL, TROUPE_LLM_MODEL, TROUPE_LLM_API_KEY, OPENAI_API_KEY\n"
                "settings of llm steps that neither the node nor the flow gives\n"
                ".TP\nSSL_CERT_FILE\ncertificates to trust, in place of the system's\n"
                ".TP\nOTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME\n"
                "where \\-\\-trace otlp sends, with which headers, in whose name\n"
                ".TP\nNO_COLOR, TERM, COLUMNS\nhow progress is shown\n";
}

} // namespace troupe::cli
