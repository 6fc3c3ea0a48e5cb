using VideoGen.Gateway;

await GatewayHost.Build(args).RunAsync();
