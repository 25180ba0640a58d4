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

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> all;
  for (auto x : commands_of(app))
    all.push_back(x->get_name());
  return all;
}

/// A command that runs, and the words that lead to it: `cluster/status`.
struct leaf {
  std::string words;
  const CLI::App* command;
};

std::vector<leaf> leaves_of(const CLI::App& app) {
  std::vector<leaf> all;
  for (auto x : commands_of(app)) {
    if (commands_of(*x).empty())
      all.push_back({x->get_name(), x});
    for (auto& below : commands_of(*x))
      all.push_back({x->get_name() + "/" + below->get_name(), below});
  }
  return all;
}

/// Commands that have commands.
std::vector<const CLI::App*> groups_of(const CLI::App& app) {
  auto all = commands_of(app);
  std::erase_if(all, [](auto x) { return commands_of(*x).empty(); });
  return all;
}

std::string escaped(std::string text, char what) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += 4)
    text.replace(at, 1, std::string{"'\\"} + what + "'");
  return text;
}

std::string for_bash(const CLI::App& app) {
  std::string groups, cases, words;
  for (auto group : groups_of(app)) {
    auto& name = group->get_name();
    groups += "  if [ \"$command\" = " + name +
              " ]; then\n"
              "    if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
              "      COMPREPLY=($(compgen -W '" +
              joined(names_of(*group)) +
              "' -- \"$word\"))\n      return\n    fi\n    command=" + name +
              "/${COMP_WORDS[2]}\n  fi\n";
  }
  for (auto& leaf : leaves_of(app)) {
    std::vector<std::string> all;
    for (auto& x : options_of(*leaf.command)) {
      all.insert(all.end(), x.names.begin(), x.names.end());
      if (!x.words.empty())
        words += "    " + leaf.words + ":" + x.names.front() + ") COMPREPLY=($(compgen -W '" +
                 joined(x.words) + "' -- \"$word\")); return ;;\n";
    }
    cases += "    " + leaf.words + ") options='" + joined(all) + "' ;;\n";
  }
  return "# bash completion for troupe: source it, or put it into bash_completion.d\n"
         "_troupe() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W '" +
         joined(names_of(app)) +
         "' -- \"$word\"))\n    return\n  fi\n"
         "  local command=${COMP_WORDS[1]}\n" +
         groups + "  case $command:$before in\n" + words + "  esac\n  case $command in\n" + cases +
         "  esac\n"
         "  if [[ $word == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "  fi\n}\ncomplete -o filenames -F _troupe troupe\n";
}

/// The commands of a group, as zsh describes them.
std::string described(const CLI::App& app, const std::string& indent) {
  std::string text;
  for (auto x : commands_of(app))
    text += indent + "'" + x->get_name() + ":" + escaped(x->get_description(), '\'') + "'\n";
  return text;
}

std::string for_zsh(const CLI::App& app) {
  std::string groups, cases;
  for (auto group : groups_of(app))
    groups += "  if [[ $command == " + group->get_name() +
              " ]]; then\n"
              "    if (( CURRENT == 2 )); then\n      commands=(\n" +
              described(*group, "        ") +
              "      )\n      _describe command commands\n      return\n    fi\n    command=" +
              group->get_name() + "/$words[2]\n    shift words\n    (( CURRENT-- ))\n  fi\n";
  for (auto& leaf : leaves_of(app)) {
    cases += "    " + leaf.words + ") _arguments";
    for (auto& x : options_of(*leaf.command)) {
      auto words = x.words.empty() ? ":_files" : ":(" + joined(x.words) + ")";
      for (auto& name : x.names)
        cases += " \\\n      '" + name + "[" + escaped(x.description, '\'') + "]" +
                 (x.takes_value ? ":value" + words : "") + "'";
    }
    cases += " \\\n      '*:file:_files' ;;\n";
  }
  return "#compdef troupe\n_troupe() {\n  local -a commands\n  commands=(\n" +
         described(app, "    ") +
         "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
         "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n" +
         groups + "  case $command in\n" + cases + "  esac\n}\n_troupe \"$@\"\n";
}

std::string one_for_fish(const std::string& when, const option& x) {
  auto text = "complete -c troupe -n '" + when + "'";
  for (auto& one : x.names)
    text += one.starts_with("--") ? " -l " + one.substr(2) : " -s " + one.substr(1);
  if (x.takes_value)
    text += " -r";
  if (!x.words.empty())
    text += " -f -a '" + joined(x.words) + "'";
  return text + " -d '" + escaped(x.description, '\'') + "'\n";
}

std::string one_for_fish(const std::string& when, const CLI::App& command) {
  return "complete -c troupe -n " + when + " -a " + command.get_name() + " -d '" +
         escaped(command.get_description(), '\'') + "'\n";
}

std::string for_fish(const CLI::App& app) {
  const std::string seen = "__fish_seen_subcommand_from ";
  std::string text = "# fish completion for troupe\n";
  for (auto command : commands_of(app)) {
    auto is_seen = seen + command->get_name();
    text += one_for_fish("__fish_use_subcommand", *command);
    auto below = commands_of(*command);
    if (below.empty())
      for (auto& x : options_of(*command))
        text += one_for_fish(is_seen, x);
    for (auto one : below) {
      text +=
        one_for_fish("'" + is_seen + "; and not " + seen + joined(names_of(*command)) + "'", *one);
      for (auto& x : options_of(*one))
        text += one_for_fish(is_seen + "; and " + seen + one->get_name(), x);
    }
  }
  return text;
}

} // namespace

std::string completions(const CLI::App& app, const std::string& shell) {
  return shell == "zsh" ? for_zsh(app) : shell == "fish" ? for_fish(app) : for_bash(app);
}

} // namespace troupe::cli
