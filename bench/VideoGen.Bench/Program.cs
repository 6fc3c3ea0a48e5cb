using VideoGen.Bench;
using VideoGen.Bench.Dialects;
using VideoGen.Bench.Sockets;
using VideoGen.Bench.Whole;

// Load programs against a real system. Each sub-command is a line here and a folder.
BenchCommand[] commands = [DialectsCommand.Command, SocketsCommand.Command, WholeCommand.Command];

if (args.Length > 0 && commands.FirstOrDefault(command => command.Name == args[0]) is { } chosen)
{
    try
    {
        return await chosen.RunAsync(BenchArguments.Parse(args[1..]));
    }
    catch (ArgumentException wrong) when (wrong.ParamName is null) // of the command line; one of the program's own names its parameter
    {
        await Console.Error.WriteLineAsync($"error: {wrong.Message}");
        return 2;
    }
}

await Console.Error.WriteLineAsync($"""
    dotnet run -c Release --project bench/VideoGen.Bench -- <what> [--name value …]

    {string.Join($"{Environment.NewLine}  ", commands.Select(command => $"  {command.Name,-10} {command.Summary}"))}

    Every command starts a private system on 127.0.0.1 and stops it at the end; --folder .videogen uses the one that
    ./videogen up started there.
    """);
return 2;
