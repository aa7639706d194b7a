// Everything that the service needs on Azure: a Flex Consumption app, its storage, Key Vault and Application Insights.
// The app reaches all of them with its managed identity. No connection string and no account key is in its settings.
targetScope = 'resourceGroup'

@description('The start of every name, such as scenarios. Names that must be unique get an ending of their own.')
@minLength(3)
@maxLength(11)
param name string

@description('A region that has the Flex Consumption plan.')
param location string = resourceGroup().location

@description('The keys of the API, 24 characters or more each, separated by commas.')
@secure()
@minLength(24)
param apiKey string

@description('The Supabase project, such as https://abc.supabase.co.')
param supabaseUrl string

@description('A secret key of the Supabase project (sb_secret_...), or its legacy service_role key.')
@secure()
@minLength(1)
param supabaseServiceRoleKey string

@description('The key of RunwayML.')
@secure()
@minLength(1)
param runwayApiSecret string

@description('Signs the webhooks, such as whsec_...; without it there are none.')
@secure()
param webhookSecret string = ''

@description('The HS256 secret of the Supabase project, to accept its users\' tokens, if it signs with one.')
@secure()
param supabaseJwtSecret string = ''

@description('More settings of the service by name, such as { RUNWAYML_MODEL: \'gen4_image_turbo\' }. No secrets.')
param settings object = {}

@description('The memory of one instance. docs/scale.md has the arithmetic for the 500 images that 2,048 MB follow.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances at once. RunwayML limits the images a second long before 10 instances are busy.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Where Durable Task keeps its state. AzureManaged is the Durable Task Scheduler; build the app with -p:DurableBackend=AzureManaged.')
@allowed(['AzureStorage', 'AzureManaged'])
param durableBackend string = 'AzureStorage'

@description('How the scheduler is paid for: by use, or by units of capacity.')
@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('The addresses that may reach the scheduler. Without one, nobody may; who may use it is decided by the roles.')
param schedulerAllowedIps array = ['0.0.0.0/0']

@description('The name that azd gives the environment; it finds the app by it.')
param environmentName string = name

var unique = uniqueString(resourceGroup().id, name)
var appName = '${name}-${unique}'
var packages = 'app-package'
var hasScheduler = durableBackend == 'AzureManaged'
var tags = { 'azd-env-name': environmentName }

var secrets = union(
  {
    API_KEY: apiKey
    SUPABASE_SERVICE_ROLE_KEY: supabaseServiceRoleKey
    RUNWAYML_API_SECRET: runwayApiSecret
  },
  empty(webhookSecret) ? {} : { WEBHOOK_SECRET: webhookSecret },
  empty(supabaseJwtSecret) ? {} : { SUPABASE_JWT_SECRET: supabaseJwtSecret }
)

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var roles = {
  blobs: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  queues: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
  tables: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
  vault: '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
  metrics: '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher
  tasks: '0ad04412-c4d5-4796-b79c-f76d14c8d402' // Durable Task Data Contributor
}

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: take('${replace(toLower(name), '-', '')}${unique}', 24)
  location: location
  tags: tags
  sku: { name: 'Standard_LRS' }
  kind: 'StorageV2'
  properties: {
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource container 'containers' = {
      name: packages
    }
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${appName}-logs'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: '${appName}-insights'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logs.id
    DisableLocalAuth: true
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: take('kv-${name}-${unique}', 24)
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
  }

  resource secret 'secrets' = [
    for secret in items(secrets): {
      name: replace(secret.key, '_', '-')
      properties: { value: secret.value }
    }
  ]
}

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = if (hasScheduler) {
  name: '${appName}-tasks'
  location: location
  tags: tags
  properties: {
    sku: schedulerSku == 'Dedicated' ? { name: schedulerSku, capacity: 1 } : { name: schedulerSku }
    ipAllowlist: schedulerAllowedIps
  }

  resource hub 'taskHubs' = {
    name: 'ScenarioHub' // as host.scheduler.json has it
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: '${appName}-plan'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: appName
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'SystemAssigned' }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packages}'
          authentication: { type: 'SystemAssignedIdentity' }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(
      settings,
      hasScheduler
        ? { DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler!.properties.endpoint};Authentication=ManagedIdentity' }
        : {},
      toObject(
        objectKeys(secrets),
        key => key,
        // Without a version: the app takes a new one within a day, or when it starts.
        key => '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/${replace(key, '_', '-')})'
      ),
      {
        AzureWebJobsStorage__accountName: storage.name
        APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD'
        AzureWebJobsDisableHomepage: 'true' // the service has a page of its own at /
        SUPABASE_URL: supabaseUrl
      }
    )
    // The settings are read once, at the start: by then the identity must be allowed to read the secrets.
    dependsOn: [
      vaultAccess
      storageAccess
      schedulerAccess
      vault::secret
    ]
  }
}

resource storageAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.blobs, roles.queues, roles.tables]: {
    name: guid(storage.id, app.id, role)
    scope: storage
    properties: {
      principalId: app.identity.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource vaultAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, app.id, roles.vault)
  scope: vault
  properties: {
    principalId: app.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.vault)
  }
}

resource metricsAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, app.id, roles.metrics)
  scope: insights
  properties: {
    principalId: app.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metrics)
  }
}

resource schedulerAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (hasScheduler) {
  name: guid(scheduler.id, app.id, roles.tasks)
  scope: scheduler
  properties: {
    principalId: app.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tasks)
  }
}

output appName string = app.name
output url string = 'https://${app.properties.defaultHostName}'
