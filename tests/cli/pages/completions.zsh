#compdef troupe
_troupe() {
  local -a commands
  commands=(
    'run:Run a flow; its result goes to standard output.'
    'map:Run a flow once for each line of standard input; one line of output for each, in order.'
    'validate:Find every problem in documents, running nothing.'
    'convert:Print a document of any format as a native one.'
    'schema:Print a JSON Schema of flows, for editors.'
    'new:Write a small flow to begin with; replaces nothing.'
    'doctor:Tell what is there, which limits hold, and where settings come from.'
    'completions:Print a script that completes troupe'\''s words.'
    'man:Print the manual page: troupe man | man -l -'
    'explain:Tell what a flow will do: in which order, what each node reads and writes.'
    'graph:Draw a flow.'
    'steps:List the step kinds, or the params of one.'
    'worker:Run branches of flows for other processes, until told to stop.'
    'cluster:Look after the machines that flows spread over.'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  if [[ $command == cluster ]]; then
    if (( CURRENT == 2 )); then
      commands=(
        'certs:Make certificates for the nodes of a cluster, and its authority if there is none.'
        'status:Ask workers how they are.'
      )
      _describe command commands
      return
    fi
    command=cluster/$words[2]
    shift words
    (( CURRENT-- ))
  fi
  case $command in
    run) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--format[of the document; as its keys say if not given]:value:(native graph chain blueprint)' \
      '--types[a file with `types`: kinds made from others]:value:_files' \
      '--stub-unknown[steps of unknown kinds run nothing, and give what is read of them]' \
      '--input[an input, NAME=VALUE; may be repeated]:value:_files' \
      '--input-file[inputs as a JSON object; - is standard input]:value:_files' \
      '--secret[a secret from a file; may be repeated. Others come from the environment]:value:_files' \
      '--file-root[file steps may read and write below DIR only; may be repeated]:value:_files' \
      '--output[text: the output alone; json: the whole result; jsonl: each event, then the result]:value:(text json jsonl)' \
      '--cache[where results of nodes with a `cache` are kept; in memory if not said]:value:_files' \
      '--trace[how the run went: for Perfetto, as a picture (SVG), or to a collector of OpenTelemetry; may be repeated]:value:_files' \
      '--no-fusion[an actor for each step, where those that never block would share that of their group]' \
      '--dry-run[run nothing: print the plan as JSON, with what is known filled in]' \
      '--only[run this node of the pipeline alone]:value:_files' \
      '--from[run this node of the pipeline and those behind it]:value:_files' \
      '--pin[do not run this node: its output is the file'\''s, JSON or text; may be repeated]:value:_files' \
      '--worker[a worker to use; may be repeated]:value:_files' \
      '--cluster[workers, and how to reach them; it may change meanwhile]:value:_files' \
      '--tls-cert[this process'\''s certificate; see: troupe cluster certs]:value:_files' \
      '--tls-key[its key, that only its owner may read]:value:_files' \
      '--tls-ca[the certificate that has signed all others]:value:_files' \
      '--insecure[without TLS beyond this machine: whoever can connect can run steps there]' \
      '--lease[who has been silent for that long is lost; 10s if not said]:value:_files' \
      '--full[show the outputs of all nodes]' \
      '--quiet[no progress on standard error]' \
      '-q[no progress on standard error]' \
      '--strict[a degraded run exits with 1]' \
      '*:file:_files' ;;
    map) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--format[of the document; as its keys say if not given]:value:(native graph chain blueprint)' \
      '--types[a file with `types`: kinds made from others]:value:_files' \
      '--stub-unknown[steps of unknown kinds run nothing, and give what is read of them]' \
      '--concurrency[runs at once; four for each core if not said]:value:_files' \
      '--secret[as of run]:value:_files' \
      '--file-root[as of run]:value:_files' \
      '--cache[as of run]:value:_files' \
      '--worker[a worker to use; may be repeated]:value:_files' \
      '--cluster[workers, and how to reach them; it may change meanwhile]:value:_files' \
      '--tls-cert[this process'\''s certificate; see: troupe cluster certs]:value:_files' \
      '--tls-key[its key, that only its owner may read]:value:_files' \
      '--tls-ca[the certificate that has signed all others]:value:_files' \
      '--insecure[without TLS beyond this machine: whoever can connect can run steps there]' \
      '--lease[who has been silent for that long is lost; 10s if not said]:value:_files' \
      '--output[text: the output alone; json: the whole result]:value:(text json)' \
      '--strict[a degraded run makes it exit with 1]' \
      '*:file:_files' ;;
    validate) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--format[human, or json or sarif on standard output]:value:(human json sarif)' \
      '--document-format[of the document; as its keys say if not given]:value:(native graph chain blueprint)' \
      '--types[a file with `types`: kinds made from others]:value:_files' \
      '--stub-unknown[steps of unknown kinds run nothing, and give what is read of them]' \
      '*:file:_files' ;;
    convert) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--format[of the document; as its keys say if not given]:value:(native graph chain blueprint)' \
      '*:file:_files' ;;
    schema) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--format[of which documents; native if not said]:value:(native graph chain blueprint)' \
      '--for-llm[one page from which a language model can write flows, instead of a schema]' \
      '*:file:_files' ;;
    new) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '*:file:_files' ;;
    doctor) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '*:file:_files' ;;
    completions) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '*:file:_files' ;;
    man) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '*:file:_files' ;;
    explain) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--format[of the document; as its keys say if not given]:value:(native graph chain blueprint)' \
      '--types[a file with `types`: kinds made from others]:value:_files' \
      '--stub-unknown[steps of unknown kinds run nothing, and give what is read of them]' \
      '--file-root[as of run]:value:_files' \
      '*:file:_files' ;;
    graph) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--format[mermaid, dot, or svg through Graphviz]:value:(mermaid dot svg)' \
      '--document-format[of the document; as its keys say if not given]:value:(native graph chain blueprint)' \
      '--types[a file with `types`: kinds made from others]:value:_files' \
      '--stub-unknown[steps of unknown kinds run nothing, and give what is read of them]' \
      '*:file:_files' ;;
    steps) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '*:file:_files' ;;
    worker) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--listen[where others connect; 127.0.0.1:4242 if not said]:value:_files' \
      '--name[in its cluster; the host'\''s name and the process id if not said]:value:_files' \
      '--label[what flows ask for with `place`; may be repeated]:value:_files' \
      '--slots[branches that run at once; 16 if not said]:value:_files' \
      '--tls-cert[this process'\''s certificate; see: troupe cluster certs]:value:_files' \
      '--tls-key[its key, that only its owner may read]:value:_files' \
      '--tls-ca[the certificate that has signed all others]:value:_files' \
      '--insecure[without TLS beyond this machine: whoever can connect can run steps there]' \
      '--lease[who has been silent for that long is lost; 10s if not said]:value:_files' \
      '--file-root[file steps may read and write below DIR, and without this nowhere; may be repeated]:value:_files' \
      '--drain-limit[how long branches may still run once it is told to stop; 30s if not said]:value:_files' \
      '--metrics[answer HTTP requests for /health and /metrics there, to everybody]:value:_files' \
      '*:file:_files' ;;
    cluster/certs) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--node[a host'\''s name or IP address; may be repeated]:value:_files' \
      '*:file:_files' ;;
    cluster/status) _arguments \
      '--help[Print this help message and exit]' \
      '-h[Print this help message and exit]' \
      '--worker[a worker to use; may be repeated]:value:_files' \
      '--cluster[workers, and how to reach them; it may change meanwhile]:value:_files' \
      '--tls-cert[this process'\''s certificate; see: troupe cluster certs]:value:_files' \
      '--tls-key[its key, that only its owner may read]:value:_files' \
      '--tls-ca[the certificate that has signed all others]:value:_files' \
      '--insecure[without TLS beyond this machine: whoever can connect can run steps there]' \
      '--lease[who has been silent for that long is lost; 10s if not said]:value:_files' \
      '--output[text: a table; json: a list]:value:(text json)' \
      '*:file:_files' ;;
  esac
}
_troupe "$@"
