using VideoGen.Cli;
using VideoGen.Cli.Terminals;

using var interrupts = new Interrupts();
return await CommandLine.RunAsync(args, Terminal.OfThisProcess(), interrupts.Token);
