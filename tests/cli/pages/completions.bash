# bash completion for troupe: source it, or put it into bash_completion.d
_troupe() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W 'run map validate convert schema new doctor completions man explain graph steps worker cluster' -- "$word"))
    return
  fi
  local command=${COMP_WORDS[1]}
  if [ "$command" = cluster ]; then
    if [ "$COMP_CWORD" -eq 2 ]; then
      COMPREPLY=($(compgen -W 'certs status' -- "$word"))
      return
    fi
    command=cluster/${COMP_WORDS[2]}
  fi
  case $command:$before in
    run:--format) COMPREPLY=($(compgen -W 'native graph chain blueprint' -- "$word")); return ;;
    run:--output) COMPREPLY=($(compgen -W 'text json jsonl' -- "$word")); return ;;
    map:--format) COMPREPLY=($(compgen -W 'native graph chain blueprint' -- "$word")); return ;;
    map:--output) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
    validate:--format) COMPREPLY=($(compgen -W 'human json sarif' -- "$word")); return ;;
    validate:--document-format) COMPREPLY=($(compgen -W 'native graph chain blueprint' -- "$word")); return ;;
    convert:--format) COMPREPLY=($(compgen -W 'native graph chain blueprint' -- "$word")); return ;;
    schema:--format) COMPREPLY=($(compgen -W 'native graph chain blueprint' -- "$word")); return ;;
    explain:--format) COMPREPLY=($(compgen -W 'native graph chain blueprint' -- "$word")); return ;;
    graph:--format) COMPREPLY=($(compgen -W 'mermaid dot svg' -- "$word")); return ;;
    graph:--document-format) COMPREPLY=($(compgen -W 'native graph chain blueprint' -- "$word")); return ;;
    cluster/status:--output) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
  esac
  case $command in
    run) options='--help -h --format --types --stub-unknown --input --input-file --secret --file-root --output --cache --trace --no-fusion --dry-run --only --from --pin --worker --cluster --tls-cert --tls-key --tls-ca --insecure --lease --full --quiet -q --strict' ;;
    map) options='--help -h --format --types --stub-unknown --concurrency --secret --file-root --cache --worker --cluster --tls-cert --tls-key --tls-ca --insecure --lease --output --strict' ;;
    validate) options='--help -h --format --document-format --types --stub-unknown' ;;
    convert) options='--help -h --format' ;;
    schema) options='--help -h --format --for-llm' ;;
    new) options='--help -h' ;;
    doctor) options='--help -h' ;;
    completions) options='--help -h' ;;
    man) options='--help -h' ;;
    explain) options='--help -h --format --types --stub-unknown --file-root' ;;
    graph) options='--help -h --format --document-format --types --stub-unknown' ;;
    steps) options='--help -h' ;;
    worker) options='--help -h --listen --name --label --slots --tls-cert --tls-key --tls-ca --insecure --lease --file-root --drain-limit --metrics' ;;
    cluster/certs) options='--help -h --node' ;;
    cluster/status) options='--help -h --worker --cluster --tls-cert --tls-key --tls-ca --insecure --lease --output' ;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _troupe troupe
