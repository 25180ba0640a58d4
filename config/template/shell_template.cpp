// SPDX-License-Identifier: Apache-2.0
#include "config/template/shell_template.hpp"

#include "config/template/shell_scanner.hpp"

namespace troupe::plan {

namespace {

constexpr size_t longest_variable = 128 * 1024 - 64; // Linux: MAX_ARG_STRLEN, less the name

} // namespace

expected<shell_template, template_problem> to_shell(const text_template& x) {
  shell_template result;
  shell_scanner scanner;
  for (auto& part : x.parts) {
    if (auto text = std::get_if<std::string>(&part)) {
      scanner.read(*text);
      result.script += *text;
      continue;
    }
    auto& hole = std::get<alternatives>(part);
    auto name = "TROUPE_" + std::to_string(result.variables.size() + 1);
    auto inside = "${" + name + "}";
    if (auto problem = scanner.doubts())
      return unexpected<template_problem>{
        {hole.text, std::string{problem->message}, std::string{problem->hint}}};
    switch (scanner.now()) {
    case quoting::bare:
    case quoting::backtick:
      result.script += "\"" + inside + "\"";
      break;
    case quoting::single:
      result.script += "'\"" + inside + "\"'";
      break;
    default:
      result.script += inside;
    }
    scanner.skip_template();
    result.variables.emplace_back(std::move(name), hole);
  }
  return result;
}

expected<value> resolve(const shell_template& x, const view& from) {
  std::vector<value::member> env;
  for (auto& [name, hole] : x.variables) {
    auto found = resolve(hole, from);
    if (!found)
      return found;
    auto text = found->as_text();
    if (text.find('\0') != text.npos)
      return failure(errc::invalid_input, hole.text + ": a command line takes no NUL byte");
    if (text.size() > longest_variable)
      return failure(errc::payload_too_large,
                     hole.text + ": " + std::to_string(text.size()) +
                       " bytes are too many for a command line (128 KiB); use `stdin`");
    env.emplace_back(name, nlohmann::json(std::move(text)));
  }
  return value::object(
    {{"script", nlohmann::json(x.script)}, {"env", value::object(std::move(env))}});
}

} // namespace troupe::plan
