namespace VideoGen.Web.Api;

/// <summary>The routes of Jobs that everybody may use: jobs, quotes, events, webhooks.</summary>
internal sealed class JobsApiClient(HttpClient http) : ApiCalls(http);

/// <summary>Those of Accounts: the account, its keys and its ledger, plans.</summary>
internal sealed class AccountsApiClient(HttpClient http) : ApiCalls(http);

/// <summary>Those of Providers: the models.</summary>
internal sealed class ModelsApiClient(HttpClient http) : ApiCalls(http);

/// <summary>Those of Storage: uploads and files.</summary>
internal sealed class FilesApiClient(HttpClient http) : ApiCalls(http);
