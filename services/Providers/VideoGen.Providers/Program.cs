using VideoGen.Providers;
using VideoGen.ServiceDefaults;

await ProvidersService.Build(args).RunServiceAsync(args);
