using VideoGen.ServiceDefaults;
using VideoGen.Storage;

await StorageService.Build(args).RunServiceAsync(args);
