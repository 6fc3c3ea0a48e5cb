using VideoGen.Jobs;
using VideoGen.ServiceDefaults;

await JobsService.Build(args).RunServiceAsync(args);
