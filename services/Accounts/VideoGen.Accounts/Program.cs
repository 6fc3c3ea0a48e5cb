using VideoGen.Accounts;
using VideoGen.ServiceDefaults;

await AccountsService.Build(args).RunServiceAsync(args);
