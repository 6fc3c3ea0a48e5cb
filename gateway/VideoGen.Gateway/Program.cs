using VideoGen.Gateway;
using VideoGen.ServiceDefaults;

await GatewayHost.Build(args).CheckSettings().RunAsync();
