// SPDX-License-Identifier: Apache-2.0
#include "cli/command_tree.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

struct option {
  std::vector<std::string> names; ///< with their dashes
  std::string description;
  std::vector<std::string> words; ///< that it takes; empty: anything
  bool takes_value = false;
};

/// CLI11 keeps the words of `IsMember` in the option's type name: `{a,b}`.
std::vector<std::string> words_of(const CLI::Option& x) {
  auto text = x.get_type_name();
  auto begin = text.find(":{"), end = text.find('}', begin);
  std::vector<std::string> all;
  if (begin == text.npos || end == text.npos)
    return all;
  std::string word;
  for (auto c : text.substr(begin + 2, end - begin - 2) + ",")
    if (c == ',')
      all.push_back(std::exchange(word, {}));
    else
      word += c;
  return all;
}

std::vector<option> options_of(const CLI::App& app) {
  std::vector<option> all;
  for (auto x : app.get_options()) {
    option one{.names = {}, .description = x->get_description(), .words = words_of(*x)};
    for (auto& name : x->get_lnames())
      one.names.push_back("--" + name);
    for (auto& name : x->get_snames())
      one.names.push_back("-" + name);
    one.takes_value = x->get_items_expected_max() > 0;
    if (!one.names.empty())
      all.push_back(std::move(one));
  }
  return all;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (auto& x : all)
    text += (text.empty() ? "" : " ") + x;
  return text;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string escaped(std::string text, char what) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += 4)
    text.replace(at, 1, std::string{"'\\"} + what + "'");
  return text;
}

std::string for_bash(const CLI::App& app) {
  std::vector<std::string> names;
  std::string cases, words;
  for (auto command : commands_of(app)) {
    names.push_back(command->get_name());
    std::vector<std::string> all;
    for (auto& x : options_of(*command)) {
      all.insert(all.end(), x.names.begin(), x.names.end());
      if (!x.words.empty())
        words += "    " + command->get_name() + ":" + x.names.front() +
                 ") COMPREPLY=($(compgen -W '" + joined(x.words) + "' -- \"$word\")); return ;;\n";
    }
    cases += "    " + command->get_name() + ") options='" + joined(all) + "' ;;\n";
  }
  return "# bash completion for troupe: source it, or put it into bash_completion.d\n"
         "_troupe() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W '" +
         joined(names) +
         "' -- \"$word\"))\n    return\n  fi\n"
         "  case ${COMP_WORDS[1]}:$before in\n" +
         words + "  esac\n  case ${COMP_WORDS[1]} in\n" + cases +
         "  esac\n"
         "  if [[ $word == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "  fi\n}\ncomplete -o filenames -F _troupe troupe\n";
}

std::string for_zsh(const CLI::App& app) {
  std::string names, cases;
  for (auto command : commands_of(app)) {
    names +=
      "    '" + command->get_name() + ":" + escaped(command->get_description(), '\'') + "'\n";
    cases += "    " + command->get_name() + ") _arguments";
    for (auto& x : options_of(*command)) {
      auto words = x.words.empty() ? ":_files" : ":(" + joined(x.words) + ")";
      for (auto& name : x.names)
        cases += " \\\n      '" + name + "[" + escaped(x.description, '\'') + "]" +
                 (x.takes_value ? ":value" + words : "") + "'";
    }
    cases += " \\\n      '*:file:_files' ;;\n";
  }
  return "#compdef troupe\n_troupe() {\n  local -a commands\n  commands=(\n" + names +
         "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
         "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n" +
         cases + "  esac\n}\n_troupe \"$@\"\n";
}

std::string for_fish(const CLI::App& app) {
  std::string text = "# fish completion for troupe\n";
  for (auto command : commands_of(app)) {
    auto& name = command->get_name();
    text += "complete -c troupe -n __fish_use_subcommand -a " + name + " -d '" +
            escaped(command->get_description(), '\'') + "'\n";
    for (auto& x : options_of(*command)) {
      text += "complete -c troupe -n '__fish_seen_subcommand_from " + name + "'";
      for (auto& one : x.names)
        text += one.starts_with("--") ? " -l " + one.substr(2) : " -s " + one.substr(1);
      if (x.takes_value)
        text += " -r";
      if (!x.words.empty())
        text += " -f -a '" + joined(x.words) + "'";
      text += " -d '" + escaped(x.description, '\'') + "'\n";
    }
  }
  return text;
}

} // namespace

std::string completions(const CLI::App& app, const std::string& shell) {
  return shell == "zsh" ? for_zsh(app) : shell == "fish" ? for_fish(app) : for_bash(app);
}

} // namespace troupe::cli
