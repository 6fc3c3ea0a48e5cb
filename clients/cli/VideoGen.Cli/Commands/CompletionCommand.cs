using System.CommandLine;

namespace VideoGen.Cli.Commands;

/// <summary>Scripts that make a shell ask this program what may come next.</summary>
internal static class CompletionCommand
{
    const string Bash = """
        _videogen() {
          local line=${COMP_LINE:0:COMP_POINT}
          COMPREPLY=($(compgen -W "$(videogen "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _videogen videogen
        """;

    const string Zsh = """
        #compdef videogen
        _videogen() {
          local line="${(j: :)words[1,CURRENT]}"
          local -a found
          found=(${(f)"$(videogen "[suggest:${#line}]" "$line" 2>/dev/null)"})
          compadd -a found
          _files
        }
        (( $+functions[compdef] )) || { autoload -Uz compinit; compinit }
        compdef _videogen videogen
        """;

    const string Fish = """
        complete -c videogen -a '(set -l line (commandline -cp); videogen "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
        """;

    public static Command Build(Shell shell)
    {
        var name = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        name.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return shell.Command("completion", "Print a completion script: source <(videogen completion bash)", run =>
        {
            run.Terminal.Text(run.Get(name) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return Task.FromResult(ExitCodes.Done);
        }, name);
    }
}
