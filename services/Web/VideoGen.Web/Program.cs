using VideoGen.ServiceDefaults;
using VideoGen.Web;

await WebService.Build(args).CheckSettings().RunAsync();
