using VideoGen.Web;

await WebService.Build(args).RunAsync();
