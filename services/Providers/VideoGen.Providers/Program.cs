using VideoGen.Providers;
using VideoGen.Providers.Connectors.Described.Checking;
using VideoGen.ServiceDefaults;

if (args is [VendorCheck.Command, .. var files]) return VendorCheck.Run(files, Console.Out);
await ProvidersService.Build(args).RunServiceAsync(args);
return 0;
